import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { GatewayProcess, PROCESS_ADMIN_TOKEN } from './gateway-process';
import { OwnServer, type ServerKind } from './own-server';
import { OWN_REDIS } from './own-servers';
import { FOR_PEOPLE, PASSWORD, People } from './people';
import { RecordingUpstream } from './recording-upstream';
import { hmacAuthorization, secondsOf } from './signing';
import type { SteadyCall } from './steady-load';
import { onServer } from './test-database';

const EMAIL = 'ada@example.com';

/** A gateway whose database, and Redis, are its own: either may be taken away. */
export class ChaosScene {
  private constructor(
    readonly gateway: GatewayProcess,
    readonly database: OwnServer,
    readonly redis: OwnServer | undefined,
    /** What is asked all the while. */
    readonly calls: readonly SteadyCall[],
    /** Ends all of it. */
    readonly close: () => Promise<void>,
  ) {}

  static async open(kind: ServerKind, hasRedis: boolean): Promise<ChaosScene> {
    const closers: (() => Promise<unknown>)[] = [];
    const keep = <T extends { close(): Promise<unknown> }>(opened: T): T => {
      closers.push(() => opened.close());
      return opened;
    };
    try {
      const database = keep(await OwnServer.start(kind));
      const redis = hasRedis ? keep(await OwnServer.start(OWN_REDIS)) : undefined;
      const upstream = keep(await RecordingUpstream.start((_, reply) => reply.end('ok')));
      const directory = mkdtempSync(join(tmpdir(), 'gatewarden-chaos-'));
      closers.push(async () => rmSync(directory, { recursive: true, force: true }));
      const doorPort = await freePort();
      const given = onServer(database.url, async () => undefined);
      const env = { ...FOR_PEOPLE, DECISION_LISTEN: `127.0.0.1:${doorPort}`, SNAPSHOT_FILE: join(directory, 'kept') };
      const gateway = await GatewayProcess.start({ ...env, ...(redis && { REDIS_URL: redis.url }) }, given);
      closers.unshift(() => gateway.stop());
      const calls = await publish(gateway, upstream, `http://127.0.0.1:${doorPort}`);
      return new ChaosScene(gateway, database, redis, hasRedis ? withNonces(calls) : calls, () => closeAll(closers));
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  async readiness(): Promise<string> {
    const reply = await fetch(`${this.gateway.adminUrl}/health/ready`);
    const { details } = (await reply.json()) as { details: Record<string, { status: string }> };
    return `${reply.status} ${details.database?.status} ${details.redis?.status ?? 'up'}`;
  }
}

async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closers) await close();
}

/** Without Redis the nonces are in memory, and nothing that goes away takes them along. */
function withNonces(calls: readonly SteadyCall[]): SteadyCall[] {
  return calls.map((call) => (call.name === 'signed' ? { ...call, right: [200, 503] } : call));
}

async function publish(gateway: GatewayProcess, upstream: RecordingUpstream, doorUrl: string): Promise<SteadyCall[]> {
  const client = await newClient(gateway, 'allowed');
  const revoked = await newClient(gateway, 'revoked');
  for (const [route_pattern, auth_type] of Object.entries({ '/keyed': 'api_key', '/signed': 'hmac' })) {
    const methods = { GET: { auth_required: true, auth_type } };
    const body = { domain: '*', route_pattern, methods, service_name: route_pattern.slice(1), upstream: upstream.url };
    const { route_id } = await gateway.admin('POST', '/routes', body);
    for (const { client_id } of [client, revoked]) {
      await gateway.admin('POST', '/permissions', { client_id, route_id, allowed_methods: ['GET'] });
    }
  }
  await gateway.admin('PATCH', `/clients/${revoked.client_id}`, { status: 'revoked' });
  const people = new People(gateway.proxyUrl);
  await people.register(EMAIL);
  const keyed = (key: string) => fetch(`${gateway.proxyUrl}/keyed`, { headers: { 'x-api-key': key } });
  const door = (key: string) =>
    fetch(`${doorUrl}/authz`, {
      headers: {
        'x-original-method': 'GET',
        'x-original-uri': '/keyed',
        'x-original-host': 'a.test',
        'x-api-key': key,
      },
    });
  const signed = () => {
    const signer = { clientId: client.client_id, secret: client.shared_secret };
    const text = {
      ...signer,
      target: '/signed',
      timestamp: secondsOf(Date.now()),
      nonce: randomBytes(9).toString('hex'),
    };
    return fetch(`${gateway.proxyUrl}/signed`, { headers: { authorization: hmacAuthorization(text) } });
  };
  const admin = { authorization: `Bearer ${PROCESS_ADMIN_TOKEN}` };
  const read = () => fetch(`${gateway.adminUrl}/api/admin/clients`, { headers: admin });
  const write = () => {
    const body = JSON.stringify({ client_name: `client ${randomBytes(6).toString('hex')}` });
    const headers = { ...admin, 'content-type': 'application/json' };
    return fetch(`${gateway.adminUrl}/api/admin/clients`, { method: 'POST', headers, body });
  };
  return [
    { name: 'allowed', send: () => keyed(client.api_key), right: [200], pauseMs: 20 },
    { name: 'revoked', send: () => keyed(revoked.api_key), right: [403], pauseMs: 40 },
    { name: 'unknown', send: () => keyed('nobodys-key'), right: [401], pauseMs: 40 },
    { name: 'door allowed', send: () => door(client.api_key), right: [200], pauseMs: 40 },
    { name: 'door unknown', send: () => door('nobodys-key'), right: [401], pauseMs: 60 },
    { name: 'signed', send: signed, right: [200], pauseMs: 40 },
    { name: 'admin read', send: read, right: [200, 503], pauseMs: 100 },
    { name: 'admin write', send: write, right: [201, 503], pauseMs: 200 },
    { name: 'log-in', send: () => logIn(gateway.proxyUrl), right: [200, 503], pauseMs: 1_000 },
    { name: 'ready', send: () => fetch(`${gateway.adminUrl}/health/ready`), right: [200], pauseMs: 500 },
  ];
}

function newClient(gateway: GatewayProcess, name: string) {
  return gateway.admin('POST', '/clients', {
    client_name: name,
    api_key: { generate: true },
    shared_secret: { generate: true },
  });
}

function logIn(proxyUrl: string): Promise<Response> {
  const body = JSON.stringify({ email: EMAIL, password: PASSWORD });
  return fetch(`${proxyUrl}/api/auth`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}
