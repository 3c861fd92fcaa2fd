import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayProcess } from '../support/gateway-process';
import { OwnServer } from '../support/own-server';
import { installedServers, MARIADB, POSTGRES } from '../support/own-servers';
import { RecordingUpstream } from '../support/recording-upstream';
import { hmacAuthorization, secondsOf } from '../support/signing';
import { onServer, type TestDatabase } from '../support/test-database';
import { pause, until } from '../support/until';

const kinds = installedServers([POSTGRES, MARIADB], 'a start without the database');
const METHODS = ['GET', 'POST', 'DELETE'];
const DEMANDS = {
  '/open': { auth_required: false },
  '/keyed': { auth_required: true, auth_type: 'api_key' },
  '/signed': { auth_required: true, auth_type: 'hmac' },
  '/night': { auth_required: true, auth_type: 'api_key', condition: 'false' },
};

let upstream: RecordingUpstream;
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
});
afterAll(() => upstream?.close());

describe.each(kinds)('a start without its database on $name', (kind) => {
  let server: OwnServer;
  let directory: string;
  let database: TestDatabase;
  let gateway: GatewayProcess | undefined;
  let callers: Caller[];

  beforeAll(async () => {
    server = await OwnServer.start(kind);
    directory = mkdtempSync(join(tmpdir(), 'gatewarden-boot-'));
    database = onServer(server.url, async () => undefined);
    database.env.SNAPSHOT_FILE = join(directory, 'kept');
    gateway = await GatewayProcess.start({}, database);
    callers = await publish(gateway);
  }, 90_000);
  afterAll(async () => {
    await gateway?.stop();
    await server?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const refusedStart = async (env: Record<string, string>) => {
    const fault = await GatewayProcess.start(env, database).then(
      () => new Error('it started'),
      (error: Error) => error,
    );
    return fault.message;
  };
  const ready = async () => {
    const reply = await fetch(`${gateway?.adminUrl}/health/ready`);
    return { status: reply.status, details: ((await reply.json()) as { details: Details }).details };
  };

  it('decides as before, says so, and is whole again when the database comes', async () => {
    if (!gateway) throw new Error('no gateway');
    const before = await decide(gateway, callers);
    const { revision } = (await ready()).details.snapshot;
    await until(async () => (await metric(gateway, 'gatewarden_last_known_good_revision')) === revision);
    await gateway.kill();
    await server.stop();

    gateway = await GatewayProcess.start({}, database);
    expect(await decide(gateway, callers)).toEqual(before);
    expect(Object.keys(before)).toHaveLength(callers.length * METHODS.length * Object.keys(DEMANDS).length);
    const { status, details } = await ready();
    expect(status).toBe(200);
    expect(details.database).toMatchObject({ status: 'degraded', policy_revision: revision });
    expect(details.database.policy_age_seconds).toBeGreaterThan(0);
    expect(await metric(gateway, 'gatewarden_dependency_up{dependency="database"}')).toBe(0);
    expect(await metric(gateway, 'gatewarden_policy_age_seconds')).toBeGreaterThan(0);
    await until(() => gateway?.output.join('').includes('as it was kept at') === true);
    const refused = await call(gateway.adminUrl, 'GET', '/api/admin/clients');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    const logIn = await fetch(`${gateway.proxyUrl}/api/auth`, {
      method: 'POST',
      body: '{"email":"a@b.test","password":"x"}',
      headers: JSON_TYPE,
    });
    expect([logIn.status, logIn.headers.get('retry-after')]).toEqual([503, '1']);

    await server.start();
    await until(async () => (await ready()).details.database.status === 'up');
    const { client_id } = await gateway.admin('POST', '/clients', {
      client_name: 'Newcomer',
      api_key: { generate: true },
    });
    expect(client_id).toBeDefined();
    expect(await decide(gateway, callers)).toEqual(before);
    expect(await metric(gateway, 'gatewarden_policy_age_seconds')).toBe(0);
  }, 90_000);

  it('hears of what was changed while it had no database', async () => {
    if (!gateway) throw new Error('no gateway');
    await until(() => isKeptUpToDate(gateway));
    await gateway.kill();
    const kept = readFileSync(join(directory, 'kept'));
    const [allowed] = callers;
    const changing = await GatewayProcess.start({ SNAPSHOT_FILE: 'off' }, database);
    await changing.admin('PATCH', `/clients/${allowed?.clientId}`, { status: 'suspended' });
    await changing.stop();
    writeFileSync(join(directory, 'kept'), kept);
    await server.stop();
    gateway = await GatewayProcess.start({}, database);
    const keyed = () => call(gateway?.proxyUrl ?? '', 'GET', '/keyed', { 'x-api-key': allowed?.apiKey ?? '' });
    expect((await keyed()).status).toBe(200);
    await server.start();
    await until(async () => (await keyed()).status === 403);
    await gateway.admin('PATCH', `/clients/${allowed?.clientId}`, { status: 'active' });
    expect((await keyed()).status).toBe(200);
  }, 90_000);

  it('is refused with the cure when nothing is kept, or what must not be used', async () => {
    if (!gateway) throw new Error('no gateway');
    await until(() => isKeptUpToDate(gateway));
    await gateway.stop();
    gateway = undefined;
    const kept = readFileSync(join(directory, 'kept'));
    await server.stop();
    const turned = Buffer.from(kept);
    turned[kept.length - 40] = (kept[kept.length - 40] ?? 0) ^ 1;
    const [header = ''] = kept.toString('latin1').split('\n', 1);
    const old = header.replace(/"schema":"[^"]+"/, '"schema":"CreatePolicyTables1767225600000"');
    const stale = Buffer.concat([Buffer.from(old, 'latin1'), kept.subarray(header.length)]);
    for (const [name, bytes] of Object.entries({ kept, turned, stale })) writeFileSync(join(directory, name), bytes);
    const at = (name: string) => ({ SNAPSHOT_FILE: join(directory, name) });
    const stranger = { GATEWARDEN_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
    const [missing, off, ...others] = await Promise.all([
      ...[refusedStart(at('missing')), refusedStart({ SNAPSHOT_FILE: 'off' })],
      ...[refusedStart(at('turned')), refusedStart(at('stale')), refusedStart({ ...at('kept'), ...stranger })],
    ]);
    expect(missing).toContain('DATABASE_URL');
    expect(missing).toContain(`no policy is kept at ${join(directory, 'missing')}`);
    expect(off).toContain('SNAPSHOT_FILE=off');
    expect(others).toEqual([
      expect.stringContaining('was altered or damaged'),
      expect.stringContaining('another version of the gateway wrote it'),
      expect.stringContaining('with another master key'),
    ]);
  }, 90_000);
});

interface Caller {
  readonly name: string;
  readonly clientId: string;
  readonly apiKey: string;
  readonly secret: string;
}

interface Details {
  readonly snapshot: { readonly revision: number };
  readonly database: { readonly status: string; readonly policy_age_seconds: number };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Routes of every demand; clients that may, may not, are suspended, or have lost their key; and one nobody knows. */
async function publish(gateway: GatewayProcess): Promise<Caller[]> {
  const routeIds: string[] = [];
  for (const [route_pattern, demand] of Object.entries(DEMANDS)) {
    const methods = { GET: demand, POST: demand };
    const body = { domain: '*', route_pattern, methods, service_name: route_pattern.slice(1), upstream: upstream.url };
    routeIds.push((await gateway.admin('POST', '/routes', body)).route_id);
  }
  const make = async (name: string, allowed: readonly string[]) => {
    const secrets = { api_key: { generate: true }, shared_secret: { generate: true } };
    const { client_id, api_key, shared_secret } = await gateway.admin('POST', '/clients', {
      client_name: name,
      ...secrets,
    });
    for (const route_id of allowed.length > 0 ? routeIds : []) {
      await gateway.admin('POST', '/permissions', { client_id, route_id, allowed_methods: allowed });
    }
    return { name, clientId: client_id, apiKey: api_key, secret: shared_secret };
  };
  const callers = [await make('all', ['GET', 'POST']), await make('reader', ['GET']), await make('nothing', [])];
  const suspended = await make('suspended', ['GET', 'POST']);
  await gateway.admin('PATCH', `/clients/${suspended.clientId}`, { status: 'suspended' });
  const unknown = {
    name: 'unknown',
    clientId: '00000000-0000-4000-8000-000000000000',
    apiKey: 'nobody',
    secret: 'nobodys',
  };
  return [...callers, suspended, unknown];
}

/** What every caller may do with every method on every route, by key and by signature. */
async function decide(gateway: GatewayProcess, callers: readonly Caller[]): Promise<Record<string, string>> {
  const decisions: Record<string, string> = {};
  for (const { name, clientId, apiKey, secret } of callers) {
    for (const method of METHODS) {
      for (const path of Object.keys(DEMANDS)) {
        const timestamp = secondsOf(Date.now());
        const signed = hmacAuthorization({ clientId, secret, method, target: path, timestamp });
        const shown: Record<string, string> = path === '/signed' ? { authorization: signed } : { 'x-api-key': apiKey };
        const reply = await call(gateway.proxyUrl, method, path, shown);
        const { code = '' } = (await reply.json()) as { code?: string };
        decisions[`${name} ${method} ${path}`] = `${reply.status} ${code}`;
      }
    }
  }
  return decisions;
}

function call(url: string, method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const admin = path.startsWith('/api/admin') ? { authorization: 'Bearer admin-token-of-the-process' } : {};
  return fetch(url + path, { method, headers: { ...admin, ...headers } });
}

async function metric(gateway: GatewayProcess | undefined, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${gateway?.adminUrl}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

async function isKeptUpToDate(gateway: GatewayProcess | undefined): Promise<boolean> {
  const reply = await fetch(`${gateway?.adminUrl}/health/ready`);
  const { details } = (await reply.json()) as { details: Details };
  await pause(100);
  return (await metric(gateway, 'gatewarden_last_known_good_revision')) === details.snapshot.revision;
}
