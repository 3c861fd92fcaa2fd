import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../src/database/open-database';
import { loadKeyId } from '../../src/secrets/load-secret-keys';
import { keyIdOf } from '../../src/secrets/secret-keys';
import { createMigrated, reachableDatabases } from '../support/databases';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import { GatewayProcess } from '../support/gateway-process';
import { RecordingUpstream } from '../support/recording-upstream';
import { findSealed } from '../support/sealed-rows';
import { hmacAuthorization, secondsOf } from '../support/signing';
import type { TestDatabase } from '../support/test-database';
import { TokenIssuer } from '../support/token-issuer';

const MAIN = join(__dirname, '..', '..', 'dist', 'src', 'main.js');
const [OLD, NEW] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const RELAY_SECRET = 'relay-secret-of-thirty-two-bytes!!!!';
const base64 = (key: Buffer): string => key.toString('base64');
const ONLY_OLD = { GATEWARDEN_MASTER_KEY: base64(OLD) };
const BOTH = { GATEWARDEN_MASTER_KEY: base64(NEW), GATEWARDEN_PREVIOUS_MASTER_KEY: base64(OLD) };
const ONLY_NEW = { GATEWARDEN_MASTER_KEY: base64(NEW) };

jest.setTimeout(240_000);

/** Runs a re-key and ends it with no warning once this is so; it tells on stderr of every batch. */
async function killRekey(databaseUrl: string, env: object, isTime: (told: string) => Promise<boolean>): Promise<void> {
  const variables = { PATH: process.env.PATH, DATABASE_URL: databaseUrl, ...env };
  const child = spawn(process.execPath, [MAIN, 'rekey'], { env: variables, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  while (child.exitCode === null && !(await isTime(told))) await sleep(2);
  child.kill('SIGKILL');
  await ended;
  expect({ signal: child.signalCode, told }).toEqual({ signal: 'SIGKILL', told: expect.any(String) });
}

const atFirstBatch = (told: string): Promise<boolean> => Promise.resolve(told.includes('sealed'));

/** Calls whose credentials are an API key, a signature, and a token that is signed again, in turn; counts what goes wrong. */
class Load {
  readonly gateways: GatewayProcess[] = [];
  readonly faults: string[] = [];
  done = 0;
  private isOver = false;

  constructor(private readonly calls: readonly (() => { path: string; headers: Record<string, string> })[]) {}

  async run(): Promise<void> {
    for (let turn = 0; !this.isOver; turn += 1) {
      const call = this.calls[turn % this.calls.length];
      const gateway = this.gateways[turn % this.gateways.length];
      if (!call || !gateway) throw new Error('nothing to call');
      const { path, headers } = call();
      // Enough to be under way at every moment, and no more than leaves the others a processor.
      await sleep(5);
      const status = await fetch(`${gateway.proxyUrl}${path}`, { headers }).then(
        (reply) => reply.text().then(() => reply.status),
        (error: Error) => `${error.message} ${String(error.cause)}`,
      );
      if (status === 200) this.done += 1;
      else this.faults.push(`${path} ${status}`);
    }
  }

  end(): void {
    this.isOver = true;
  }
}

const server = reachableDatabases().find(({ name }) => name === 'PostgreSQL');
const maybe = server ? describe : describe.skip;

maybe('gatewarden rekey under load', () => {
  const directory = newRunDirectory();
  let database: TestDatabase;
  let kept: TestDatabase;
  let upstream: RecordingUpstream;
  beforeAll(async () => {
    if (!server) return;
    database = await server.create();
    kept = { ...database, drop: () => Promise.resolve() };
    upstream = await RecordingUpstream.start();
  });
  afterAll(async () => {
    await upstream?.close();
    await database?.drop();
    directory.remove();
  });

  const rekey = (env: object, ...args: string[]) =>
    GatewardenProcess.run(['rekey', ...args], directory.path, { DATABASE_URL: database.url, ...env });

  /** Three routes, each for one kind of credential, with many clients beside the one that calls. */
  async function publish(gateway: GatewayProcess) {
    const client = { client_name: 'caller', api_key: { generate: true }, shared_secret: { generate: true } };
    const made = await gateway.admin('POST', '/clients', client);
    for (let i = 0; i < 260; i += 1) {
      await gateway.admin('POST', '/clients', { client_name: `other ${i}`, shared_secret: { generate: true } });
    }
    const relay = { token_relay: 'resign', relay_secret: RELAY_SECRET };
    await gateway.admin('POST', '/services', { name: 'relayed', upstreams: [{ url: upstream.url }], ...relay });
    for (const auth_type of ['api_key', 'hmac', 'jwt']) {
      const target =
        auth_type === 'jwt' ? { service_name: 'relayed' } : { service_name: 'plain', upstream: upstream.url };
      const methods = { GET: { auth_required: true, auth_type } };
      const { route_id } = await gateway.admin('POST', '/routes', {
        domain: '*',
        route_pattern: `/${auth_type}`,
        methods,
        ...target,
      });
      await gateway.admin('POST', '/permissions', { client_id: made.client_id, route_id, allowed_methods: ['GET'] });
    }
    const issuer = await TokenIssuer.of(gateway as never);
    return new Load([
      () => ({ path: '/api_key', headers: { 'x-api-key': made.api_key } }),
      () => ({ path: '/jwt', headers: { authorization: `Bearer ${issuer.sign()}` } }),
      () => {
        const signed = { clientId: made.client_id, secret: made.shared_secret, timestamp: secondsOf(Date.now()) };
        return { path: '/hmac', headers: { authorization: hmacAuthorization({ target: '/hmac', ...signed }) } };
      },
    ]);
  }

  /** Starts one gateway with these settings beside those that serve, then takes the oldest away. */
  async function replaceOne(load: Load, env: Record<string, string>): Promise<void> {
    load.gateways.push(await GatewayProcess.start(env, kept));
    const oldest = load.gateways.shift();
    await sleep(300);
    expect(await oldest?.stop()).toBe(0);
  }

  it('fails no request, from the old key to the new, killed on the way', async () => {
    const first = await GatewayProcess.start(ONLY_OLD, kept);
    const load = await publish(first);
    load.gateways.push(first, await GatewayProcess.start(ONLY_OLD, kept));
    const running = Promise.all([load.run(), load.run()]);

    await replaceOne(load, BOTH);
    await replaceOne(load, BOTH);
    await killRekey(database.url, BOTH, atFirstBatch);
    await killRekey(database.url, BOTH, atFirstBatch);
    const looking = await openDatabase(database.url);
    expect(await loadKeyId(looking)).toBe(keyIdOf(OLD));
    await killRekey(database.url, BOTH, async () => (await loadKeyId(looking)) === keyIdOf(NEW));
    await looking.destroy();
    const changedMeanwhile = load.gateways[0]?.admin('POST', '/clients', {
      client_name: 'meanwhile',
      shared_secret: { generate: true },
    });
    const outcome = await rekey(BOTH);
    await changedMeanwhile;
    expect({ code: outcome.code, told: outcome.stdout }).toEqual({
      code: 0,
      told: expect.stringContaining(`bound to the master key ${keyIdOf(NEW)}`),
    });
    expect(JSON.parse((await rekey(BOTH, '--status', '--json')).stdout)).toEqual({
      ...{ boundTo: keyIdOf(NEW), target: keyIdOf(NEW), left: 0 },
    });
    await replaceOne(load, ONLY_NEW);
    await replaceOne(load, ONLY_NEW);
    await sleep(300);
    load.end();
    await running;

    expect(load.faults).toEqual([]);
    expect(load.done).toBeGreaterThan(500);
    const dataSource = await openDatabase(database.url);
    const ids = new Set((await findSealed(dataSource)).map(({ sealed }) => sealed.split('.')[1]));
    await dataSource.destroy();
    expect(ids).toEqual(new Set([keyIdOf(NEW)]));
    for (const gateway of load.gateways) await gateway.stop();
  });
});

describe('gatewarden rekey on an embedded database', () => {
  const directory = newRunDirectory();
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createMigrated();
  });
  afterAll(async () => {
    await database?.drop();
    directory.remove();
  });

  const rekey = (...args: string[]) =>
    GatewardenProcess.run(['rekey', ...args], directory.path, { DATABASE_URL: database.url });

  it('replaces the key file, and what it was told before still works', async () => {
    const file = database.url.replace(/^pglite:/, '').replace(/db$/, 'master.key');
    const kept = { ...database, drop: () => Promise.resolve() };
    const upstream = await RecordingUpstream.start();
    const before = await GatewayProcess.start({}, kept);
    const { api_key, client_id } = await before.admin('POST', '/clients', {
      client_name: 'a',
      api_key: { generate: true },
    });
    const methods = { GET: { auth_required: true, auth_type: 'api_key' } };
    const route = { domain: '*', route_pattern: '/x', methods, service_name: 's', upstream: upstream.url };
    const { route_id } = await before.admin('POST', '/routes', route);
    await before.admin('POST', '/permissions', { client_id, route_id, allowed_methods: ['GET'] });
    expect(await rekey()).toMatchObject({ code: 1, stderr: expect.stringContaining('in use') });
    await before.stop();
    const oldKey = readFileSync(file, 'utf8');

    await killRekey(database.url, {}, atFirstBatch);
    expect(readFileSync(file, 'utf8')).toBe(oldKey);
    const { code, stdout } = await rekey();

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(`The new key is in ${file}`) });
    expect(readFileSync(file, 'utf8')).not.toBe(oldKey);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await rekey('--status')).stdout).toMatch(/^Everything is sealed with the master key [0-9a-f]{8}\.\n$/);
    const after = await GatewayProcess.start({}, kept);
    const reply = await fetch(`${after.proxyUrl}/x`, { headers: { 'x-api-key': api_key } });
    expect(reply.status).toBe(200);
    await after.stop();
    await upstream.close();
  });
});
