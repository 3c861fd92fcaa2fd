import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogFile } from './log-file';

describe('a log file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatewarden-log-'));
  const path = join(directory, 'log');
  let descriptor: number;
  let file: LogFile;

  beforeEach(() => {
    rmSync(path, { force: true });
    descriptor = openSync(path, 'a');
    file = new LogFile(descriptor);
  });
  afterEach(() => closeSync(descriptor));
  afterAll(() => rmSync(directory, { recursive: true }));

  const written = () => readFileSync(path, 'utf8');
  const flushed = () => new Promise<void>((resolve) => file.flush(resolve));

  it('has each line whole, once and in order, however many come at a time', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `${index} ${'x'.repeat(index % 700)}\n`);
    for (const [index, line] of lines.entries()) {
      file.write(line);
      if (index % 997 === 0) await sleep(0);
    }
    await flushed();
    expect(written()).toBe(lines.join(''));
  });

  it('has a line of any length and any characters', async () => {
    const lines = ['ü€😀\n', `${'€'.repeat(50_000)}\n`, 'x\n', `${'y'.repeat(70_000)}\n`, '\u{1f600}'.repeat(16_000)];
    for (const line of lines) file.write(line);
    await flushed();
    expect(written()).toBe(lines.join(''));
  });

  it('writes by itself after a moment', async () => {
    file.write('soon\n');
    await sleep(600);
    expect(written()).toBe('soon\n');
  });

  it('tells when nothing is left to write', async () => {
    await flushed();
    file.write('a\n');
    await Promise.all([flushed(), flushed()]);
    expect(written()).toBe('a\n');
  });

  it('writes at once for a process that ends', () => {
    file.write('last words\n');
    file.flushSync();
    expect(written()).toBe('last words\n');
  });

  it('goes on after a write that failed', async () => {
    const closed = openSync(path, 'r');
    const readOnly = new LogFile(closed);
    readOnly.write('nowhere\n');
    await new Promise<void>((resolve) => readOnly.flush(resolve));
    readOnly.write('nowhere\n');
    await new Promise<void>((resolve) => readOnly.flush(resolve));
    closeSync(closed);
    expect(written()).toBe('');
  });
});

describe('a log that another process reads', () => {
  const ROOT = join(__dirname, '..', '..');
  const run = (script: string, reader: string): string => {
    const program = `const { LogFile } = require('${join(__dirname, 'log-file.ts')}'); const log = new LogFile(1); ${script}`;
    const loader = join(ROOT, 'test/support/typescript-require.cjs');
    const command = `"$NODE" --require "$LOADER" -e "$PROGRAM" | ${reader}`;
    const env = { ...process.env, NODE: process.execPath, LOADER: loader, PROGRAM: program };
    return spawnSync('bash', ['-o', 'pipefail', '-c', `${command}; echo $?`], { env, encoding: 'utf8' }).stdout;
  };
  const MEGABYTES = `for (let line = 0; line < 20000; line += 1) log.write('x'.repeat(99) + '\\n');`;

  it('is whole when the process leaves as soon as all is written', () => {
    expect(run(`${MEGABYTES} log.flush(() => process.exit(0));`, 'wc -l')).toMatch(/^\s*20000\n0\n$/);
  });

  it('has what was written last before the process fell over', () => {
    expect(run(`log.write('last words\\n'); process.nextTick(() => process.exit(7));`, 'cat')).toBe('last words\n7\n');
  });

  it('harms nobody when its reader leaves', () => {
    const script = `process.on('SIGPIPE', () => {}); ${MEGABYTES} setTimeout(() => { ${MEGABYTES} log.flush(() => process.exit(0)); }, 300);`;
    expect(run(script, '(head -c 9 > /dev/null)')).toBe('0\n');
  });
});
