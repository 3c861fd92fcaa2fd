import { randomBytes } from 'node:crypto';
import { CuttableLink } from '../support/cuttable-link';
import { reachableDatabases } from '../support/databases';
import { Gateway } from '../support/gateway';
import { GatewayProcess } from '../support/gateway-process';
import { RecordingUpstream } from '../support/recording-upstream';
import { isRedisReachable, REDIS_URL } from '../support/redis';
import { type HmacText, hmacAuthorization, secondsOf } from '../support/signing';
import type { TestDatabase } from '../support/test-database';
import { until } from '../support/until';

const HMAC = { GET: { auth_required: true, auth_type: 'hmac' } };
const KEY = { GET: { auth_required: true, auth_type: 'api_key' } };

interface Signer {
  readonly clientId: string;
  readonly secret: string;
  readonly apiKey: string;
}

/** A client that may call `/signed` with a signature and `/keyed` with a key. */
async function publish(gateway: Pick<Gateway, 'admin'>, upstream: RecordingUpstream): Promise<Signer> {
  const client = await gateway.admin('POST', '/clients', {
    client_name: 'Signer',
    shared_secret: { generate: true },
    api_key: { generate: true },
  });
  for (const [route_pattern, methods] of [
    ['/signed', HMAC],
    ['/keyed', KEY],
  ] as const) {
    const body = { domain: '*', route_pattern, methods, service_name: route_pattern.slice(1), upstream: upstream.url };
    const { route_id } = await gateway.admin('POST', '/routes', body);
    const permission = { client_id: client.client_id, route_id, allowed_methods: ['GET'] };
    await gateway.admin('POST', '/permissions', permission);
  }
  return { clientId: client.client_id, secret: client.shared_secret, apiKey: client.api_key };
}

function sign(text: HmacText): string {
  return hmacAuthorization({ target: '/signed', timestamp: secondsOf(Date.now()), ...text });
}

function callSigned(gateway: Pick<Gateway, 'proxyUrl'>, authorization: string): Promise<Response> {
  return fetch(`${gateway.proxyUrl}/signed`, { headers: { authorization } });
}

const maybe = isRedisReachable('gateways on Redis') ? describe : describe.skip;

maybe('a gateway on Redis', () => {
  let link: CuttableLink;
  let upstream: RecordingUpstream;
  let gateway: Gateway;
  let signer: Signer;
  beforeAll(async () => {
    link = await CuttableLink.to(Number(new URL(REDIS_URL).port));
    link.cut();
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start({ REDIS_URL: `redis://127.0.0.1:${link.port}` });
    signer = await publish(gateway, upstream);
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
    await link?.close();
  });

  const redisState = async () => {
    const reply = await fetch(`${gateway.adminUrl}/health/ready`);
    const { details } = (await reply.json()) as { details: { redis: { status: string } } };
    return `${reply.status} ${details.redis.status}`;
  };

  it('starts without it, and refuses what needs a nonce, alone', async () => {
    const { length } = upstream.received;
    const refused = await callSigned(gateway, sign(signer));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'dependency_unavailable' });
    expect(upstream.received).toHaveLength(length);
    expect((await callSigned(gateway, sign({ ...signer, secret: 'guess' }))).status).toBe(401);
    const keyed = await fetch(`${gateway.proxyUrl}/keyed`, { headers: { 'x-api-key': signer.apiKey } });
    expect(keyed.status).toBe(200);
    expect(await redisState()).toBe('200 degraded');
  });

  it('takes signed requests once it is there, and each once', async () => {
    link.restore();
    await until(async () => (await redisState()) === '200 up', 10_000);
    const authorization = sign(signer);
    const replies = await Promise.all(Array.from({ length: 20 }, () => callSigned(gateway, authorization)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)]);
  });

  it('refuses within a second when it hangs', async () => {
    link.freeze();
    const startedMs = performance.now();
    const refused = await callSigned(gateway, sign(signer));
    expect(refused.status).toBe(503);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    link.restore();
    // The old connection counts as ready until its end has come through.
    await until(async () => (await callSigned(gateway, sign(signer))).status === 200, 10_000);
    expect((await callSigned(gateway, sign(signer))).status).toBe(200);
  });
});

const postgres = reachableDatabases().find(({ name }) => name === 'PostgreSQL');

(postgres ? maybe : describe.skip)('two processes on one Redis', () => {
  let database: TestDatabase | undefined;
  let upstream: RecordingUpstream;
  let processes: GatewayProcess[] = [];
  let signer: Signer;
  beforeAll(async () => {
    database = await postgres?.create();
    upstream = await RecordingUpstream.start();
    const key = randomBytes(32).toString('base64');
    const env = { DATABASE_URL: database?.url ?? '', GATEWARDEN_MASTER_KEY: key, REDIS_URL };
    const first = await GatewayProcess.start(env);
    processes = [first];
    signer = await publish(first, upstream);
    processes.push(await GatewayProcess.start(env));
  });
  afterAll(async () => {
    for (const each of processes) await each.stop();
    await upstream?.close();
    await database?.drop();
  });

  it('let one of 20 concurrent copies of a request in', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { length } = upstream.received;
      const authorization = sign(signer);
      const calls = Array.from({ length: 20 }, (_, i) => callSigned(processes[i % 2] as GatewayProcess, authorization));
      const statuses = (await Promise.all(calls)).map(({ status }) => status);
      expect(statuses.sort()).toEqual([200, ...Array(19).fill(401)]);
      expect(upstream.received).toHaveLength(length + 1);
    }
  });
});
