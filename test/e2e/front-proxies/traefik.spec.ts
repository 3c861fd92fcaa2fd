import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { IDENTITY_FIELDS } from '../../../src/core/identity';
import { Gateway, type Published } from '../../support/gateway';

const FILE = join(__dirname, '..', '..', '..', 'docker', 'traefik', 'dynamic.yaml');
const { middlewares, routers } = parse(readFileSync(FILE, 'utf8')).http;
const { forwardAuth } = middlewares.gatewarden;

/** What Traefik asks with by its documentation, and what it sends on when the answer is 200. */
class Traefik {
  constructor(private readonly door: string) {}

  async ask(method: string, uri: string, client: Record<string, string>): Promise<{ reply: Response; sent: Headers }> {
    const described = {
      'X-Forwarded-Method': method,
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'api.test',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Server': 'edge-1',
      'X-Forwarded-Uri': uri,
      'X-Forwarded-For': '203.0.113.9',
      'X-Real-Ip': '203.0.113.9',
    };
    const reply = await fetch(this.door, { method, headers: { ...client, ...described } });
    await reply.arrayBuffer();
    const sent = new Headers(client);
    for (const name of forwardAuth.authResponseHeaders) {
      sent.delete(name);
      const value = reply.headers.get(name);
      if (value !== null) sent.set(name, value);
    }
    return { reply, sent };
  }
}

describe('Traefik by its documentation, on the shipped middleware', () => {
  let gateway: Gateway;
  let orders: Published;
  let traefik: Traefik;

  beforeAll(async () => {
    gateway = await Gateway.start();
    const common = { upstreams: ['http://127.0.0.1:9'], domain: 'api.test' };
    orders = await gateway.publish({ ...common, pattern: '/orders/*', methods: ['GET', 'POST'] });
    await gateway.publish({ ...common, pattern: '/open/*', isPublic: true });
    const shipped = new URL(forwardAuth.address);
    traefik = new Traefik(`http://127.0.0.1:${gateway.decisionPort}${shipped.pathname}`);
  });
  afterAll(() => gateway?.close());

  it('takes over every identity field, and trusts no forwarded one', () => {
    const identity = [...Object.values(IDENTITY_FIELDS), 'X-Route-ID', 'X-Request-ID'];
    expect(forwardAuth.authResponseHeaders).toEqual(expect.arrayContaining(identity));
    expect(forwardAuth.trustForwardHeader).toBe(false);
    expect(routers.service.middlewares[0]).toBe('gatewarden');
  });

  it('learns who calls', async () => {
    const { reply, sent } = await traefik.ask('GET', '/orders/1?a=1', { 'X-API-Key': orders.key, 'X-User-ID': 'root' });
    expect(reply.status).toBe(200);
    expect(sent.get('x-client-id')).toBe(orders.clientId);
    expect(sent.get('x-user-id')).toBe('');
    expect(gateway.log.at(-1)).toMatchObject({
      entrance: 'forward_auth',
      client_ip: '203.0.113.9',
      route: '/orders/1',
    });
  });

  it('sends no identity on that a client made up', async () => {
    const made = Object.fromEntries(forwardAuth.authResponseHeaders.map((name: string) => [name, 'made-up']));
    const { reply, sent } = await traefik.ask('GET', '/open/1', made);
    expect(reply.status).toBe(200);
    expect([...sent.entries()].filter(([name, value]) => value === 'made-up' && name !== 'x-request-id')).toEqual([]);
  });

  it.each([
    ['GET', '/orders/1', 401],
    ['GET', '/nowhere', 404],
    ['DELETE', '/orders/1', 405],
    ['GET', '/open/../orders/1', 400],
  ])('hands on what is said of %s %s: %i', async (method, uri, status) => {
    const { reply } = await traefik.ask(method, uri, {});
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  });
});
