import { DataSource } from 'typeorm';
import { askDoor, message, problemOf, publishTwo } from '../support/doors';
import { Gateway, type Published } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { isRedisReachable, REDIS_URL } from '../support/redis';

let gateway: Gateway;
let orders: Published;

beforeAll(async () => {
  gateway = await Gateway.start();
  ({ orders } = await publishTwo(gateway));
});
afterAll(() => gateway?.close());

const withKey = (): string[] => [`X-API-Key: ${orders.key}`];

describe('the rest of the decision listener', () => {
  it('tells its health in the words of api-gatekeeper', async () => {
    const reply = await fetch(`http://127.0.0.1:${gateway.decisionPort}/health`);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({
      status: 'healthy',
      database: 'connected',
      redis: 'not_configured',
      routes_configured: 2,
      clients_configured: 1,
    });
  });

  it.each([
    '/',
    '/authz/',
    '/authz/../health',
    '/authzx',
    '/authz/envoyx',
    '/authz/forward/1',
    '/api/admin/routes',
    '/metrics',
    '/health/live',
    '/docs',
    'http://gateway/authz',
  ])('has nothing at %s', async (path) => {
    const { status, text } = await sendRaw(
      gateway.decisionPort,
      message(`GET ${path}`, ['Host: gateway', ...withKey()]),
    );
    expect(status).toBe(404);
    expect(problemOf(text)).toMatchObject({ type: 'urn:gatewarden:problem:no_route_match' });
  });

  it.each([
    ['a bare line feed', 'GET /authz HTTP/1.1\nHost: x\r\n\r\n'],
    ['CONNECT', 'CONNECT api.test:443 HTTP/1.1\r\nHost: api.test\r\n\r\n'],
    ['two framings', 'POST /authz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ])('hangs up on %s', async (_, bytes) => {
    const before = gateway.log.length;
    expect(await sendRaw(gateway.decisionPort, bytes)).toMatchObject({ status: 400, closed: true });
    expect(gateway.log.slice(before)).toMatchObject([{ reason: 'malformed_request', cause: 'unreadable' }]);
  });
});

describe('the health of the doors with Redis', () => {
  const healthOf = async (env: Record<string, string>) => {
    const shared = await Gateway.start(env);
    try {
      const reply = await fetch(`http://127.0.0.1:${shared.decisionPort}/health`);
      return { status: reply.status, report: await reply.json() };
    } finally {
      await shared.close();
    }
  };

  (isRedisReachable('the health of the doors with Redis') ? it : it.skip)('tells that it is connected', async () => {
    expect(await healthOf({ REDIS_URL })).toMatchObject({ status: 200, report: { redis: 'connected' } });
  });

  it('tells that it is away', async () => {
    expect(await healthOf({ REDIS_URL: 'redis://127.0.0.1:9' })).toEqual({
      status: 503,
      report: {
        status: 'unhealthy',
        database: 'connected',
        redis: 'error',
        routes_configured: 0,
        clients_configured: 0,
        message: 'Redis connection failed',
      },
    });
  });
});

describe('the health of the doors without a database', () => {
  it('is bad, however well decisions go', async () => {
    const alone = await Gateway.start();
    try {
      await alone.publish({ upstreams: ['http://127.0.0.1:9'], pattern: '/open/*', isPublic: true });
      const dataSource = alone.app.get(DataSource);
      const query = jest.spyOn(dataSource, 'query').mockRejectedValue(new Error('gone'));
      const reply = await fetch(`http://127.0.0.1:${alone.decisionPort}/health`);
      expect(reply.status).toBe(503);
      const message = 'Database connection failed';
      expect(await reply.json()).toEqual({ status: 'unhealthy', database: 'error', redis: 'unknown', message });
      expect((await askDoor(alone, '/authz', { uri: '/open/1' })).status).toBe(200);
      query.mockRestore();
    } finally {
      await alone.close();
    }
  });
});
