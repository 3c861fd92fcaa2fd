import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { version } from '../../package.json';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

describe('the command line', () => {
  const directory = newRunDirectory();
  const run = (args: string, env = {}) => GatewardenProcess.run(args.split(' '), directory.path, env);

  afterAll(() => directory.remove());

  it('tells its version', async () => {
    await expect(run('--version')).resolves.toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each(['strat', 'start --prot 1', 'start now', 'migrate', 'migrate sideways', 'config', 'doctor --jsn', '--nope'])(
    'exits 2 on “%s” and says so on stderr',
    async (args) => {
      const { code, stdout, stderr } = await run(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/error: |Usage: /);
    },
  );

  it.each(['start', 'demo', 'migrate up', 'config print'])(
    'lists every fault of the settings on “%s”',
    async (args) => {
      const { code, stderr } = await run(args, {
        LOG_LEVEL: 'loud',
        GATEWARDEN_ADMIN_TOKN: 'x',
        ADMIN_LISTEN: 'nowhere',
      });
      expect(code).toBe(2);
      for (const name of ['LOG_LEVEL', 'GATEWARDEN_ADMIN_TOKN', 'ADMIN_LISTEN']) expect(stderr).toContain(`  ${name} `);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(existsSync(join(directory.path, '.gatewarden'))).toBe(false);
    },
  );

  it('says in one sentence that the database cannot be reached', async () => {
    const env = { DATABASE_URL: 'postgres://gw:hunter2@127.0.0.1:1/gw', GATEWARDEN_MASTER_KEY: MASTER_KEY };
    const { code, stdout, stderr } = await run('start', env);
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(
        /^gatewarden: The database cannot be reached, see DATABASE_URL \(.*connect ECONNREFUSED 127\.0\.0\.1:1\), and no policy is kept at \S+last-known-good\.$/,
      ),
      '',
    ]);
    expect(stdout).not.toMatch(/hunter2|^\s+at /m);
  });

  it('says in one sentence that an address is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { code, stderr } = await run('start', { DATABASE_URL: 'pglite:memory://', PROXY_LISTEN: address });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toBe(`gatewarden: Cannot listen on ${address}: another process is listening there.\n`);
  });

  it('prints the settings with secrets masked, for people and for programs', async () => {
    writeFileSync(join(directory.path, 'gw.yaml'), 'log_level: warn\nmetrics_token: hunter2-in-a-file\n');
    const env = { GATEWARDEN_ADMIN_TOKEN: 'hunter2-hunter2-hunter2' };
    const people = await run('config print --config gw.yaml', env);
    const programs = await run('config print --config gw.yaml --json', env);
    expect(people.stdout).toMatch(/^LOG_LEVEL +warn$/m);
    expect(JSON.parse(programs.stdout)).toMatchObject({
      LOG_LEVEL: 'warn',
      METRICS_TOKEN: '********',
      GATEWARDEN_ADMIN_TOKEN: '********',
      GATEWARDEN_MASTER_KEY: null,
    });
    expect(people.stdout + programs.stdout).not.toContain('hunter2');
  });
});

describe('migrate', () => {
  const directory = newRunDirectory();
  const migrate = async (args: string) => {
    const { code, stdout } = await GatewardenProcess.run(['migrate', ...args.split(' '), '--json'], directory.path);
    return { code, printed: JSON.parse(stdout) };
  };
  const states = (state: 'applied' | 'pending') => ({
    code: 0,
    printed: expect.arrayContaining([{ name: expect.stringMatching(/^CreatePolicyTables/), state }]),
  });

  afterAll(() => directory.remove());

  it('shows what is pending without making a database', async () => {
    await expect(migrate('status')).resolves.toEqual(states('pending'));
    expect(existsSync(join(directory.path, '.gatewarden'))).toBe(false);
  });

  it('goes up, finds nothing more to do, and goes down again', async () => {
    const name = expect.stringMatching(/^CreatePolicyTables/);
    await expect(migrate('up')).resolves.toEqual({ code: 0, printed: { applied: expect.arrayContaining([name]) } });
    await expect(migrate('up')).resolves.toEqual({ code: 0, printed: { applied: [] } });
    await expect(migrate('status')).resolves.toEqual(states('applied'));
    await expect(migrate('down')).resolves.toEqual({ code: 0, printed: { reverted: expect.any(String) } });
  }, 60_000);
});
