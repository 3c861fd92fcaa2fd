import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMasterKey, resolveMasterKey } from './master-key';

describe('the master key', () => {
  let directory: string;
  let databaseUrl: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'master-key-'));
    databaseUrl = `pglite:${directory}/state/db`;
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('is made once beside the embedded database, for its owner only', () => {
    const first = resolveMasterKey({ databaseUrl, masterKey: undefined });
    const file = join(directory, 'state', 'master.key');

    expect(first).toHaveLength(32);
    expect(readFileSync(file, 'utf8')).toBe(`${first.toString('base64')}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'state')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(directory, 'state'))).toEqual(['master.key']);
    expect(resolveMasterKey({ databaseUrl, masterKey: undefined })).toEqual(first);
  });

  it('is looked for without being made', () => {
    expect(findMasterKey({ databaseUrl, masterKey: undefined })).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);

    const made = resolveMasterKey({ databaseUrl, masterKey: undefined });
    expect(findMasterKey({ databaseUrl, masterKey: undefined })).toEqual(made);
  });

  it('of the settings comes first and leaves no file', () => {
    const masterKey = Buffer.alloc(32, 9);

    expect(resolveMasterKey({ databaseUrl, masterKey })).toBe(masterKey);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is never replaced when its file is damaged', () => {
    const file = join(directory, 'master.key');
    writeFileSync(file, 'damaged');

    expect(() => resolveMasterKey({ databaseUrl: `pglite:${directory}/db`, masterKey: undefined })).toThrow(
      /master\.key does not hold base64 of 32 bytes.*GATEWARDEN_MASTER_KEY/,
    );
    expect(readFileSync(file, 'utf8')).toBe('damaged');
  });

  it('is required with a database server', () => {
    expect(() => resolveMasterKey({ databaseUrl: 'postgres://db/gw', masterKey: undefined })).toThrow(
      /GATEWARDEN_MASTER_KEY/,
    );
  });

  it('of a database in memory lives as long as the process', () => {
    const settings = { databaseUrl: 'pglite:memory://', masterKey: undefined };
    expect(resolveMasterKey(settings)).not.toEqual(resolveMasterKey(settings));
  });
});
