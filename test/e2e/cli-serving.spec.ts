import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';

const READY = /Gatewarden is ready/;
const TOKEN = 'token-of-the-command-line-tests';
const OTHER_KEY = { GATEWARDEN_MASTER_KEY: Buffer.alloc(32, 9).toString('base64') };
const OTHER_KEY_REFUSED =
  /another master key \(key id [0-9a-f]{8}\) than this process has \(key id [0-9a-f]{8}\): set GATEWARDEN_MASTER_KEY/;
const ENV = { GATEWARDEN_ADMIN_TOKEN: TOKEN };

const GRPC = { DECISION_GRPC_LISTEN: '127.0.0.1:0' };

interface Report {
  ok: boolean;
  checks: { check: string; status: string; detail: string }[];
}

describe('start and doctor on one embedded database', () => {
  const directory = newRunDirectory();
  let gateway: GatewardenProcess;
  let addresses: Record<'PROXY_LISTEN' | 'DECISION_LISTEN' | 'DECISION_GRPC_LISTEN' | 'ADMIN_LISTEN', string>;

  const doctor = async (env = {}) => {
    const { code, stdout } = await GatewardenProcess.run(['doctor', '--json'], directory.path, env);
    const report = JSON.parse(stdout) as Report;
    const finding = (name: string) => report.checks.find(({ check }) => check === name);
    return { code, ok: report.ok, finding };
  };

  beforeAll(async () => {
    gateway = await GatewardenProcess.start(['start'], directory.path, READY, { ...ENV, ...GRPC });
    const line = gateway.stdout.split('\n').find((text) => READY.test(text)) ?? '';
    const { proxy, decision, decision_grpc, admin } = JSON.parse(line) as Record<string, string>;
    addresses = {
      PROXY_LISTEN: proxy ?? '',
      DECISION_LISTEN: decision ?? '',
      DECISION_GRPC_LISTEN: decision_grpc ?? '',
      ADMIN_LISTEN: admin ?? '',
    };
  }, 90_000);

  afterAll(async () => {
    await gateway?.kill();
    directory.remove();
  });

  it('names the ports the system chose', () => {
    expect(addresses.PROXY_LISTEN).toMatch(/^127\.0\.0\.1:[1-9]\d+$/);
    expect(addresses.DECISION_LISTEN).toMatch(/^127\.0\.0\.1:[1-9]\d+$/);
    expect(addresses.ADMIN_LISTEN).toMatch(/^127\.0\.0\.1:[1-9]\d+$/);
  });

  it.each([['start'], ['migrate', 'up'], ['migrate', 'status']])(
    'refuses a second process, %s %s, with one sentence that names the first',
    async (...args) => {
      const { code, stderr } = await GatewardenProcess.run(args, directory.path);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^gatewarden: The embedded database \S+ is in use by another Gatewarden process \(pid \d+\)\. Stop it, or use its admin API\.\n$/,
      );
    },
  );

  it('is well in the eyes of the doctor, who says that the directory is in use', async () => {
    const { code, ok, finding } = await doctor(addresses);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(finding('database')).toMatchObject({ status: 'warning', detail: expect.stringContaining('is in use by') });
    expect(finding('proxy listener')).toMatchObject({ detail: `${addresses.PROXY_LISTEN} is served by a Gatewarden` });
    const decision = `${addresses.DECISION_LISTEN} is served by a Gatewarden`;
    expect(finding('decision listener')).toMatchObject({ detail: decision });
    const grpc = `${addresses.DECISION_GRPC_LISTEN} is served by a Gatewarden`;
    expect(finding('decision gRPC listener')).toMatchObject({ detail: grpc });
    expect(finding('admin listener')).toMatchObject({ detail: `${addresses.ADMIN_LISTEN} is served by a Gatewarden` });
  });

  it('is not well when the directory is in use by who knows what', async () => {
    const { code, finding } = await doctor();
    expect(code).toBe(1);
    expect(finding('database')).toMatchObject({ status: 'failed' });
  });

  it('stops on SIGTERM with exit code 0 and nothing on stderr', async () => {
    const reply = await fetch(`http://${addresses.ADMIN_LISTEN}/api/admin/clients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'signs', shared_secret: { generate: true } }),
    });
    expect(reply.status).toBe(201);
    await expect(gateway.stop()).resolves.toMatchObject({ code: 0, stderr: '' });
  });

  it('has its stored secrets opened by the doctor', async () => {
    const { code, finding } = await doctor();
    expect(code).toBe(0);
    expect(finding('schema')).toMatchObject({ status: 'ok' });
    expect(finding('secrets')).toMatchObject({ status: 'ok', detail: 'the master key opens the stored secret' });
  });

  it('fails the examination with another master key, and without its own', async () => {
    const other = await doctor(OTHER_KEY);
    expect(other.code).toBe(1);
    expect(other.finding('secrets')).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(OTHER_KEY_REFUSED),
    });
    const file = join(directory.path, '.gatewarden', 'master.key');
    renameSync(file, `${file}.away`);
    const none = await doctor();
    renameSync(`${file}.away`, file);
    expect(none.code).toBe(1);
    expect(none.finding('secrets')?.detail).toContain('master.key is missing');
  });

  it('does not start with another master key, and says in one sentence which is needed', async () => {
    const { code, stdout, stderr } = await GatewardenProcess.run(['start'], directory.path, OTHER_KEY);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^gatewarden: .+\.\n$/);
    expect(stderr).toMatch(OTHER_KEY_REFUSED);
  });

  it('is ready again within 2.5 s', async () => {
    const startedMs = Date.now();
    const second = await GatewardenProcess.start(['start'], directory.path, READY, ENV);
    const tookMs = Date.now() - startedMs;
    await expect(second.stop('SIGINT')).resolves.toMatchObject({ code: 0 });
    // The promise is for a machine that is not running other tests beside it.
    expect(tookMs).toBeLessThan(2_500 * 4);
  });
});

describe('doctor before the first start', () => {
  const directory = newRunDirectory();
  const doctor = (args: string[], env = {}) => GatewardenProcess.run(['doctor', ...args], directory.path, env);

  afterAll(() => directory.remove());

  it('finds nothing wrong, for people in lines', async () => {
    const { code, stdout } = await doctor([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +settings /m);
    expect(stdout).toMatch(/^ok +database +\S+ does not exist yet/m);
    expect(stdout).toMatch(/^ok +clock +20/m);
  });

  it('finds the faults of the settings', async () => {
    const { code, stdout } = await doctor([], { LOG_LEVEL: 'loud', LOG_FORMAT: 'xml' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed +settings +LOG_LEVEL /m);
    expect(stdout).toMatch(/^failed +settings +LOG_FORMAT /m);
  });

  it('finds an address that something else serves', async () => {
    const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stdout } = await doctor([], { PROXY_LISTEN: `127.0.0.1:${port}` });
    other.close();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed +proxy listener +Cannot listen on .*: another process is listening there\.$/m);
  });

  it('finds a database server that does not answer', async () => {
    const env = { DATABASE_URL: 'postgres://gw:hunter2@127.0.0.1:1/gw' };
    const key = { GATEWARDEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
    const { code, stdout } = await doctor([], { ...env, ...key });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed +database +The database cannot be opened: connect ECONNREFUSED/m);
    expect(stdout).not.toContain('hunter2');
  });
});
