import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsMerge } from './settings-merge';

const directory = mkdtempSync(join(tmpdir(), 'gatewarden-merge-'));
const path = join(directory, 'gatewarden.yml');
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(() => rmSync(path, { force: true }));

const WANTED = new Map([
  ['token_secret', '0123'],
  ['users_table', 'users'],
]);

function merge(content: string | undefined, isForced = false) {
  if (content !== undefined) writeFileSync(path, content, { mode: 0o644 });
  const merged = SettingsMerge.plan(path, WANTED, isForced);
  merged.write();
  return merged.keys.map(({ outcome }) => outcome);
}

describe('SettingsMerge', () => {
  it('makes a file that only its owner may read', () => {
    expect(merge(undefined)).toEqual(['added', 'added']);
    expect(readFileSync(path, 'utf8')).toBe('token_secret: "0123"\nusers_table: users\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps other keys, comments and what says otherwise', () => {
    expect(merge('# mine\nlog_level: debug # loud\nusers_table: people\n')).toEqual(['added', 'kept']);
    expect(readFileSync(path, 'utf8')).toBe(
      '# mine\nlog_level: debug # loud\nusers_table: people\ntoken_secret: "0123"\n',
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('replaces what says otherwise when it is forced to', () => {
    expect(merge('users_table: people # ours\n', true)).toEqual(['added', 'replaced']);
    expect(readFileSync(path, 'utf8')).toContain('users_table: users # ours');
  });

  it('does not touch a file that says it all', () => {
    const content = 'users_table:   users\ntoken_secret: 0123\n';
    expect(merge(content)).toEqual(['unchanged', 'unchanged']);
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  it('fills an empty file, and one of comments', () => {
    for (const content of ['', '# to be written\n']) {
      expect(merge(content)).toEqual(['added', 'added']);
      expect(readFileSync(path, 'utf8')).toMatch(/^(?:# to be written\n+)?token_secret: "0123"\nusers_table: users\n$/);
    }
  });

  it('writes through a link, and leaves no draft behind', () => {
    const target = join(directory, 'target.yml');
    writeFileSync(target, '');
    symlinkSync(target, path);
    expect(merge(undefined)).toEqual(['added', 'added']);
    expect(readFileSync(target, 'utf8')).toContain('users_table: users');
    expect(readdirSync(directory).sort()).toEqual(['gatewarden.yml', 'target.yml']);
  });

  it.each(['- a\n', 'a: [', 'a: { b: c }'])('refuses %j, which holds no settings', (content) => {
    expect(() => merge(content)).toThrow(/gatewarden\.yml/);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });
});
