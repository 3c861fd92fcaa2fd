import type { DecisionPorts } from '../../src/core/ports';
import { DECISION_PORTS } from '../../src/decision/decision.service';
import { DecisionListener } from '../../src/doors/decision-listener';
import type { FrontProxy } from './front-proxy';
import { Gateway, type Published } from './gateway';
import { type RawReply, sendRaw } from './raw-http';
import { fieldValues, RecordingUpstream } from './recording-upstream';
import { hmacAuthorization, secondsOf } from './signing';
import { SPOOFED } from './spoofed-fields';

/** Ports of the gateway and the service that a front proxy stands before. */
export interface Behind {
  readonly gatewayPort: number;
  readonly servicePort: number;
}

export interface FrontProxyOptions {
  readonly start: (behind: Behind) => Promise<FrontProxy>;
  /** What it cannot keep back, by name; the documentation says so. */
  readonly lets?: readonly string[];
  /** Whether it sends bodies to the gateway. */
  readonly sendsBodies?: boolean;
}

const ANSWER = 'of the service';
const METHODS = ['GET', 'POST', 'HEAD'];

/** What holds behind every front proxy, seen from the client and from the service. */
export function describeFrontProxy(name: string, { start, lets = [], sendsBodies = false }: FrontProxyOptions): void {
  describe(`a service behind ${name}`, () => {
    let gateway: Gateway;
    let upstream: RecordingUpstream;
    let proxy: FrontProxy;
    let orders: Published;

    beforeAll(async () => {
      upstream = await RecordingUpstream.start((req, res) => {
        const status = Number(/status-(\d+)/.exec(req.url ?? '')?.[1] ?? 200);
        const headers = { 'content-type': 'text/plain', 'content-length': ANSWER.length };
        const reply = () => res.writeHead(status, headers).end(ANSWER);
        upstream.record(req).then(reply, () => res.destroy());
      });
      gateway = await Gateway.start();
      const common = { upstreams: [upstream.url], domain: 'api.test' };
      orders = await gateway.publish({ ...common, pattern: '/orders/*', methods: METHODS });
      await gateway.publish({ ...common, pattern: '/open/*', isPublic: true });
      const servicePort = Number(new URL(upstream.url).port);
      proxy = await start({ gatewayPort: gateway.decisionPort, servicePort });
    });
    afterAll(async () => {
      await proxy?.close();
      await gateway?.close();
      await upstream?.close();
    });

    const send = (line: string, lines: readonly string[] = [], body = ''): Promise<RawReply> =>
      sendRaw(proxy.port, `${line} HTTP/1.1\r\nHost: api.test\r\n${[...lines, '', ''].join('\r\n')}${body}`, 1_000);
    const withKey = () => [`X-API-Key: ${orders.key}`];
    const value = (field: string) => fieldValues(upstream.last.rawHeaders, field);
    const field = ({ text }: RawReply, wanted: string) => new RegExp(`^${wanted}: ?(.*)\\r$`, 'im').exec(text)?.[1];
    const problem = ({ text }: RawReply) => JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
    const upstreamCalls = async (act: () => Promise<unknown>) => {
      const before = upstream.received.length;
      await act();
      return upstream.received.length - before;
    };

    it('is reached with a good key, told who calls', async () => {
      const reply = await send('GET /orders/1?a=%20b&c', withKey());
      expect(reply.status).toBe(200);
      expect(upstream.last).toMatchObject({ method: 'GET', url: '/orders/1?a=%20b&c' });
      expect(value('x-client-id')).toEqual([orders.clientId]);
      expect(value('x-route-id')).toEqual([orders.routeId]);
      expect(value('x-auth-method')).toEqual(['api_key']);
      expect(value('x-request-id')).toEqual([gateway.log.at(-1)?.request_id]);
    });

    it('is not reached without one: 401 and how to ask', async () => {
      expect(
        await upstreamCalls(async () => {
          const reply = await send('GET /orders/1');
          expect(reply.status).toBe(401);
          expect(reply.text.match(/^www-authenticate: ApiKey realm="gatewarden"\r$/gim)).toHaveLength(1);
          expect(field(reply, 'content-type')).toBe('application/problem+json');
          expect(problem(reply)).toMatchObject({ code: 'credentials_missing', status: 401 });
        }),
      ).toBe(0);
    });

    it.each([
      ['GET /nowhere', 404, 'no_route_match'],
      ['DELETE /orders/1', 405, 'method_not_configured'],
    ])('is not reached by %s: %i', async (line, status, code) => {
      expect(
        await upstreamCalls(async () => {
          const reply = await send(line, withKey());
          expect(reply.status).toBe(status);
          expect(problem(reply)).toMatchObject({ code, status });
          if (status === 405) expect(field(reply, 'allow')?.split(', ').sort()).toEqual([...METHODS].sort());
        }),
      ).toBe(0);
    });

    it('is not reached by a suspended client: 403', async () => {
      await gateway.admin('PATCH', `/clients/${orders.clientId}`, { status: 'suspended' });
      try {
        const reply = await send('GET /orders/1', withKey());
        expect(reply.status).toBe(403);
        expect(problem(reply)).toMatchObject({ code: 'client_suspended' });
      } finally {
        await gateway.admin('PATCH', `/clients/${orders.clientId}`, { status: 'active' });
      }
    });

    const withLimiter = async (tryTake: DecisionPorts['limiter']['tryTake'], act: () => Promise<void>) => {
      const ports = gateway.app.get<{ -readonly [Port in keyof DecisionPorts]: DecisionPorts[Port] }>(DECISION_PORTS);
      const { limiter } = ports;
      ports.limiter = { tryTake };
      await act().finally(() => {
        ports.limiter = limiter;
      });
    };

    it('is reached within a limit, and not beyond: 429 and when to come back', async () => {
      const client = await gateway.admin('POST', '/clients', { client_name: 'limited', api_key: { generate: true } });
      const permission = { client_id: client.client_id, route_id: orders.routeId, allowed_methods: ['GET'] };
      await gateway.admin('POST', '/permissions', permission);
      await gateway.admin('PUT', `/rate-limits/${client.client_id}`, { requests_per_day: 1 });
      const within = await send('GET /orders/1', [`X-API-Key: ${client.api_key}`]);
      expect(within.status).toBe(200);
      expect(field(within, 'ratelimit')).toMatch(/;r=0;t=\d+$/);
      expect(field(within, 'ratelimit-policy')).toMatch(/;q=1;w=86400$/);
      const beyond = await send('GET /orders/1', [`X-API-Key: ${client.api_key}`]);
      expect(beyond.status).toBe(429);
      expect(Number(field(beyond, 'retry-after'))).toBeGreaterThan(86_000);
      expect(field(beyond, 'ratelimit')).toMatch(/;r=0;t=\d+$/);
      expect(problem(beyond)).toMatchObject({ code: 'rate_limit_exceeded', status: 429 });
      expect(field(await send('GET /open/1'), 'ratelimit')).toBeUndefined();
    });

    it('is not reached when the gateway has a fault: 503, never 401 or 403', async () => {
      const broken = () => {
        throw new Error('broken on purpose');
      };
      await withLimiter(broken, async () => {
        const reply = await send('GET /orders/1', withKey());
        expect(reply.status).toBe(503);
        expect(field(reply, 'retry-after')).toBe('1');
      });
    });

    it.each(SPOOFED.filter((spelling) => !lets.includes(spelling)))(
      'never gets %s as a client sent it',
      async (spelling) => {
        for (const [path, lines] of [
          ['/open/1', []],
          ['/orders/1', withKey()],
        ] as const) {
          const before = upstream.received.length;
          await send(`GET ${path}`, [...lines, `${spelling}: spoofed-value`]);
          const received = upstream.received.slice(before).flatMap(({ rawHeaders }) => rawHeaders);
          expect(received).toContain('api.test');
          expect(received.filter((text) => text.includes('spoofed-value'))).toEqual([]);
        }
      },
    );

    it("gets no identity that was made up, on a public route, beside nobody's own", async () => {
      const made = ['X-Client-ID', 'X-Client-Name', 'X-User-ID', 'X-User-Roles', 'X-Tenant-ID', 'X-Auth-Claims'];
      expect(
        (
          await send(
            'GET /open/1',
            made.map((one) => `${one}: root`),
          )
        ).status,
      ).toBe(200);
      for (const one of made) expect(value(one.toLowerCase()).join()).toBe('');
    });

    it('is not opened by a client that describes another request', async () => {
      const others = ['X-Original-URI', 'X-Forwarded-Uri', 'X-Original-URL', 'X-Rewrite-URL'].map(
        (one) => `${one}: /open/1`,
      );
      const hosts = ['X-Original-Host: other.test', 'X-Forwarded-Host: other.test'];
      const methods = ['X-Original-Method: HEAD', 'X-Forwarded-Method: HEAD', 'X-HTTP-Method-Override: HEAD'];
      expect((await send('GET /orders/1', [...others, ...hosts, ...methods])).status).toBe(401);
      expect(gateway.log.at(-1)).toMatchObject({ route: '/orders/1', method: 'GET', domain: 'api.test' });
    });

    it('counts requests for the address of the client, not one that it claims', async () => {
      const claims = [
        'X-Forwarded-For: 203.0.113.9',
        'X-Real-IP: 203.0.113.9',
        'X-Original-Client-IP: 203.0.113.9',
        'Forwarded: for=203.0.113.9',
      ];
      await send('GET /open/1', claims);
      expect(gateway.log.at(-1)).toMatchObject({ client_ip: '127.0.0.1' });
    });

    it.each([
      '/open/../orders/1',
      '/open/%2e%2e/orders/1',
      '/open/%2E%2e/orders/1',
      '/open/..%2forders/1',
      '/open//../orders/1',
      '/open/..;/orders/1',
      '/open/%252e%252e/orders/1',
      '/open\\..\\orders/1',
      '/open/%5c../orders/1',
      '/open/1%00',
      '/orders/1#/open/1',
      '/open/1#',
    ])('gets nothing of %s that is not decided on as that', async (path) => {
      const before = upstream.received.length;
      const { status } = await send(`GET ${path}`);
      const received = upstream.received.slice(before);
      if (status === 200) expect(received.map(({ url }) => url)).toEqual([gateway.log.at(-1)?.route]);
      else expect(received).toEqual([]);
      expect(received.some(({ url }) => url.includes('orders'))).toBe(false);
    });

    it.each([401, 403, 404, 500, 503])('is heard when it answers %i itself', async (status) => {
      const reply = await send(`GET /open/status-${status}`);
      expect(reply.status).toBe(status);
      expect(reply.text).toContain(ANSWER);
    });

    it('gets a body whole, at once, and the next request after it', async () => {
      const started = Date.now();
      const body = 'x'.repeat(100_000);
      expect((await send('POST /orders/1', [...withKey(), `Content-Length: ${body.length}`], body)).status).toBe(200);
      expect(upstream.last).toMatchObject({ method: 'POST', body });
      const chunked = [...withKey(), 'Transfer-Encoding: chunked'];
      expect((await send('POST /orders/1', chunked, '3\r\nabc\r\n0\r\n\r\n')).status).toBe(200);
      expect(upstream.last).toMatchObject({ method: 'POST', body: 'abc' });
      expect((await send('POST /orders/1', ['Content-Length: 5'], 'hello')).status).toBe(401);
      expect((await send('GET /orders/1', withKey())).status).toBe(200);
      expect(Date.now() - started).toBeLessThan(5_000);
    });

    it('takes signatures, those over a body as far as the gateway gets it', async () => {
      const hmac = { auth_required: true, auth_type: 'hmac' };
      const { secret } = await gateway.admin('POST', `/clients/${orders.clientId}/credentials`, {
        kind: 'hmac_secret',
        generate: true,
      });
      const route = { methods: { GET: hmac, POST: hmac } };
      const { routeId } = await gateway.publish({
        upstreams: [upstream.url],
        domain: 'api.test',
        pattern: '/signed',
        route,
      });
      const allowed_methods = ['GET', 'POST'];
      await gateway.admin('POST', '/permissions', { client_id: orders.clientId, route_id: routeId, allowed_methods });
      const sign = (method: string, body = '') => {
        const signer = { clientId: orders.clientId, secret, timestamp: secondsOf(Date.now()) };
        return `Authorization: ${hmacAuthorization({ ...signer, method, target: '/signed?a=1', body })}`;
      };
      expect((await send('GET /signed?a=1', [sign('GET')])).status).toBe(200);
      expect((await send('POST /signed?a=1', [sign('POST'), 'Content-Length: 0'])).status).toBe(200);
      expect((await send('POST /signed?a=1', [sign('POST'), 'Content-Length: 5'], 'added')).status).toBe(401);
      expect(
        (await send('POST /signed?a=1', [sign('POST'), 'Transfer-Encoding: chunked'], '1\r\na\r\n0\r\n\r\n')).status,
      ).toBe(401);
      const whole = await send('POST /signed?a=1', [sign('POST', 'hello'), 'Content-Length: 5'], 'hello');
      expect(whole.status).toBe(sendsBodies ? 200 : 401);
      if (!sendsBodies) expect(gateway.log.at(-1)).toMatchObject({ cause: 'body_not_available' });
    });

    it('lets HEAD through without a body', async () => {
      const { status, text } = await send('HEAD /orders/1', withKey());
      expect(status).toBe(200);
      expect(text).toMatch(/\r\n\r\n$/);
    });

    it('is not reached while the gateway is away: 503 at the most', async () => {
      const { server } = gateway.app.get(DecisionListener);
      const { decisionPort } = gateway;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      try {
        expect(
          await upstreamCalls(async () => {
            const { status } = await send('GET /open/1');
            expect(status).toBeGreaterThanOrEqual(500);
          }),
        ).toBe(0);
      } finally {
        await new Promise<void>((resolve) => server.listen(decisionPort, '127.0.0.1', resolve));
      }
    });
  });
}
