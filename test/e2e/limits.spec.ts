import { Gateway } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { RecordingUpstream } from '../support/recording-upstream';
import { isRedisReachable, REDIS_URL } from '../support/redis';

const DAY = 86_400;

let upstream: RecordingUpstream;
let gateway: Gateway;
beforeAll(async () => {
  upstream = await RecordingUpstream.start((_, res) => {
    res.setHeader('RateLimit', '"of the upstream";r=1;t=1').setHeader('X-RateLimit-Limit', '77').end('ok');
  });
  gateway = await Gateway.start();
});
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

/** A client that may make so many requests a day, on a route of its own. */
async function aLimitedClient(on: Gateway, requestsPerDay: number, pattern: string) {
  const published = await on.publish({ upstreams: [upstream.url], pattern });
  await on.admin('PUT', `/rate-limits/${published.clientId}`, { requests_per_day: requestsPerDay });
  const call = async (key = published.key) => {
    const reply = await fetch(on.proxyUrl + pattern, { headers: { 'x-api-key': key } });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, text };
  };
  return { ...published, call };
}

describe('a daily limit', () => {
  it('lets so many requests in, and tells how it stands on each', async () => {
    const { call, clientId } = await aLimitedClient(gateway, 2, '/two');
    const first = await call();
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe(`"daily";q=2;w=${DAY}`);
    expect(first.headers.get('ratelimit')).toBe(`"of the upstream";r=1;t=1, "daily";r=1;t=${DAY}`);
    expect(first.headers.get('x-ratelimit-limit')).toBe('77');
    expect((await call()).headers.get('ratelimit')).toMatch(/"daily";r=0;t=863\d\d|"daily";r=0;t=86400/);
    const { length } = upstream.received;
    const refused = await call();
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'rate_limit_exceeded', status: 429 });
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(DAY - 60);
    expect(retryAfter).toBeLessThanOrEqual(DAY);
    expect(refused.headers.get('ratelimit-policy')).toBe(`"daily";q=2;w=${DAY}`);
    expect(refused.headers.get('ratelimit')).toBe(`"daily";r=0;t=${retryAfter}`);
    expect(upstream.received).toHaveLength(length);
    await gateway.admin('PUT', `/rate-limits/${clientId}`, { requests_per_day: 3 });
    expect((await call()).status).toBe(200);
    expect((await call()).status).toBe(429);
    await gateway.admin('DELETE', `/rate-limits/${clientId}`);
    const unlimited = await call();
    expect(unlimited.status).toBe(200);
    expect(unlimited.headers.get('ratelimit-policy')).toBeNull();
    expect(unlimited.headers.get('ratelimit')).toBe('"of the upstream";r=1;t=1');
  });

  it('counts nothing that is refused for another reason', async () => {
    const { call, clientId } = await aLimitedClient(gateway, 1, '/one');
    for (let i = 0; i < 3; i += 1) expect((await call('wrong')).status).toBe(401);
    await gateway.admin('PATCH', `/clients/${clientId}`, { status: 'suspended' });
    const suspended = await call();
    expect([suspended.status, suspended.headers.get('ratelimit')]).toEqual([403, null]);
    await gateway.admin('PATCH', `/clients/${clientId}`, { status: 'active' });
    expect((await call()).status).toBe(200);
    expect((await call()).status).toBe(429);
  });

  it('is one for all credentials and routes of a client', async () => {
    const { call, clientId } = await aLimitedClient(gateway, 2, '/shared');
    const other = await gateway.publish({ upstreams: [upstream.url], pattern: '/shared/too' });
    const permission = { client_id: clientId, route_id: other.routeId, allowed_methods: ['GET'] };
    await gateway.admin('POST', '/permissions', permission);
    const added = await gateway.admin('POST', `/clients/${clientId}/credentials`, { kind: 'api_key', generate: true });
    expect((await call(added.secret)).status).toBe(200);
    const elsewhere = await fetch(`${gateway.proxyUrl}/shared/too`, { headers: { 'x-api-key': added.secret } });
    expect(elsewhere.status).toBe(200);
    expect((await call()).status).toBe(429);
    const stranger = await fetch(`${gateway.proxyUrl}/shared/too`, { headers: { 'x-api-key': other.key } });
    expect([stranger.status, stranger.headers.get('ratelimit-policy')]).toEqual([200, null]);
  });

  it('is told also when the upstream cannot be reached', async () => {
    const { clientId, key } = await gateway.publish({ upstreams: ['http://127.0.0.1:9'], pattern: '/gone' });
    await gateway.admin('PUT', `/rate-limits/${clientId}`, { requests_per_day: 5 });
    const reply = await fetch(`${gateway.proxyUrl}/gone`, { headers: { 'x-api-key': key } });
    expect([reply.status, reply.headers.get('ratelimit')]).toEqual([502, `"daily";r=4;t=${DAY}`]);
  });

  it('is explained without being used', async () => {
    const { key, call } = await aLimitedClient(gateway, 1, '/explained');
    const question = { method: 'GET', url: `${gateway.proxyUrl}/explained`, headers: { 'X-API-Key': key } };
    for (let i = 0; i < 3; i += 1) {
      expect(await gateway.admin('POST', '/explain', question)).toMatchObject({ allowed: true });
    }
    expect((await call()).status).toBe(200);
    expect(await gateway.admin('POST', '/explain', question)).toMatchObject({
      allowed: false,
      code: 'rate_limit_exceeded',
    });
  });
});

describe('the fields of old', () => {
  let legacy: Gateway;
  beforeAll(async () => {
    legacy = await Gateway.start({ RATE_LIMIT_LEGACY_HEADERS: 'true' });
  });
  afterAll(() => legacy?.close());

  it('are told once, in place of the upstream’s', async () => {
    const { key } = await aLimitedClient(legacy, 1, '/old');
    const raw = `GET /old HTTP/1.1\r\nHost: x.example\r\nX-API-Key: ${key}\r\n\r\n`;
    const { text } = await sendRaw(legacy.proxyPort, raw);
    const told = text.match(/^x-ratelimit-\w+: .*$/gim);
    expect(told).toEqual(['X-RateLimit-Limit: 1', 'X-RateLimit-Remaining: 0', `X-RateLimit-Reset: ${DAY}`]);
    const refused = await sendRaw(legacy.proxyPort, raw);
    expect(refused.status).toBe(429);
    expect(refused.text).toMatch(/^X-RateLimit-Remaining: 0\r$/m);
  });
});

(isRedisReachable('a daily limit in Redis') ? describe : describe.skip)('a daily limit in Redis', () => {
  let shared: Gateway;
  beforeAll(async () => {
    shared = await Gateway.start({ REDIS_URL });
  });
  afterAll(() => shared?.close());

  it('lets exactly as many of 30 requests in that come at once', async () => {
    const { call } = await aLimitedClient(shared, 10, '/ten');
    const replies = await Promise.all(Array.from({ length: 30 }, () => call()));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(20);
    const remaining = replies.map(({ headers }) => /"daily";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    expect(new Set(remaining)).toEqual(new Set(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']));
  });

  it('lets everybody in while Redis is away, and says so', async () => {
    const alone = await Gateway.start({ REDIS_URL: 'redis://127.0.0.1:1' });
    const { call } = await aLimitedClient(alone, 1, '/away');
    const replies = [await call(), await call()];
    expect(replies.map(({ status, headers }) => [status, headers.get('ratelimit-policy')])).toEqual([
      [200, null],
      [200, null],
    ]);
    const metrics = await (await fetch(`${alone.adminUrl}/metrics`)).text();
    expect(metrics).toContain('gatewarden_uncounted_requests_total{limit="daily"} 2');
    expect(alone.log).toContainEqual(expect.objectContaining({ msg: expect.stringContaining('pass uncounted') }));
    await alone.close();
  });

  it('refuses limited clients while Redis is away where limits fail closed, and nobody else', async () => {
    const strict = await Gateway.start({ REDIS_URL: 'redis://127.0.0.1:1', LIMITS_ON_STORE_FAILURE: 'closed' });
    const { call } = await aLimitedClient(strict, 1, '/strict');
    const refused = await call();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'dependency_unavailable' });
    const { key } = await strict.publish({ upstreams: [upstream.url], pattern: '/free' });
    expect((await fetch(`${strict.proxyUrl}/free`, { headers: { 'x-api-key': key } })).status).toBe(200);
    const metrics = await (await fetch(`${strict.adminUrl}/metrics`)).text();
    expect(metrics).toContain('gatewarden_dependency_up{dependency="redis"} 0');
    expect(metrics).toContain('gatewarden_dependency_up{dependency="database"} 1');
    await strict.close();
  });
});
