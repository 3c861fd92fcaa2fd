import { AdminServer } from '../support/admin-server';

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const SECRET = 's3cret-value-that-must-not-come-back';
const SERVICE = { name: 'orders', upstreams: [{ url: 'http://10.0.0.1' }] };
const ROUTE = {
  domain: 'api.example.com',
  route_pattern: '/orders/:id',
  service_name: 'stored',
  methods: { GET: { auth_required: false } },
};

let server: AdminServer;
let paths: { service: string; route: string; client: string; permission: string };
beforeAll(async () => {
  server = await AdminServer.start();
  const service = await server.post('/api/admin/services', { ...SERVICE, name: 'stored' });
  const route = await server.post('/api/admin/routes', { ...ROUTE, route_pattern: '/stored/:id' });
  const client = await server.post('/api/admin/clients', { client_name: 'stored', api_key: { generate: true } });
  const { client_id } = client.body;
  const { route_id } = route.body;
  const sent = { client_id, route_id, allowed_methods: ['GET'] };
  const permission = await server.post('/api/admin/permissions', sent);
  paths = {
    service: `/api/admin/services/${service.body.service_id}`,
    route: `/api/admin/routes/${route_id}`,
    client: `/api/admin/clients/${client_id}`,
    permission: `/api/admin/permissions/${permission.body.permission_id}`,
  };
});
afterAll(() => server?.close());

/** Nothing is written by what is refused: not a row, not even a revision. */
async function expectRefusal(send: () => ReturnType<AdminServer['get']>, status: number) {
  const before = await server.stored();
  const reply = await send();
  expect(reply.body).toMatchObject({ status });
  expect(reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const requestId = reply.headers.get('x-request-id');
  expect(reply.body).toMatchObject({ status, request_id: requestId, error: expect.any(String) });
  expect(reply.body.type).toBe(`urn:gatewarden:problem:${reply.body.code}`);
  expect(reply.body.message).toBe(reply.body.detail);
  expect(reply.text).not.toContain(SECRET);
  expect(reply.text).not.toMatch(/node_modules|\.ts:|\bat \w+ \(/);
  expect(await server.stored()).toEqual(before);
  return reply;
}

const pointersOf = (body: { errors?: { pointer: string }[] }) => body.errors?.map((error) => error.pointer);

describe('a bad body', () => {
  it.each<[string, string, unknown, string[]]>([
    ['services', 'is no object', 5, ['']],
    ['services', 'is null', null, ['']],
    ['services', 'is a list', [SERVICE], ['']],
    ['services', 'is missing', undefined, ['/name', '/upstreams']],
    ['services', 'has unknown fields', { ...SERVICE, nmae: 1, x: { y: 1 } }, ['/nmae', '/x']],
    ['services', 'sets what the server makes', { ...SERVICE, service_id: UNKNOWN_ID }, ['/service_id']],
    ['services', 'has wrong types', { name: 5, upstreams: 'http://x' }, ['/name', '/upstreams']],
    ['services', 'has an empty name', { ...SERVICE, name: '  ' }, ['/name']],
    ['services', 'has an oversized name', { ...SERVICE, name: 'x'.repeat(201) }, ['/name']],
    ['services', 'has a NUL in a name', { ...SERVICE, name: 'a\u0000b' }, ['/name']],
    ['services', 'names no upstream', { ...SERVICE, upstreams: [] }, ['/upstreams']],
    ['services', 'has a bad upstream', { ...SERVICE, upstreams: [{ url: 'orders' }] }, ['/upstreams/0/url']],
    [
      'services',
      'has a bad weight',
      { ...SERVICE, upstreams: [{ url: 'http://x', weight: 0.5 }] },
      ['/upstreams/0/weight'],
    ],
    ['services', 'has a negative limit', { ...SERVICE, max_body_bytes: -1 }, ['/max_body_bytes']],
    ['services', 'has a limit past 2^53', { ...SERVICE, max_body_bytes: 2 ** 53 }, ['/max_body_bytes']],
    ['services', 'has a bad time-out', { ...SERVICE, timeouts: { connect_ms: '5' } }, ['/timeouts/connect_ms']],
    ['services', 'wants an unknown relay', { ...SERVICE, token_relay: 'sign' }, ['/token_relay']],
    ['services', 'brings a secret without a relay', { ...SERVICE, relay_secret: SECRET }, ['/relay_secret']],
    [
      'services',
      'brings a secret for another relay',
      { ...SERVICE, token_relay: 'assertion', relay_secret: SECRET },
      ['/relay_secret'],
    ],
    ['services', 'brings no secret to sign with', { ...SERVICE, token_relay: 'resign' }, ['/relay_secret']],
    [
      'services',
      'brings null to sign with',
      { ...SERVICE, token_relay: 'resign', relay_secret: null },
      ['/relay_secret'],
    ],
    [
      'services',
      'brings nothing to sign with',
      { ...SERVICE, token_relay: 'resign', relay_secret: '' },
      ['/relay_secret'],
    ],
    [
      'services',
      'brings an oversized secret',
      { ...SERVICE, token_relay: 'resign', relay_secret: 'x'.repeat(1025) },
      ['/relay_secret'],
    ],
    ['signing-keys/rotate', 'has unknown fields', { kid: UNKNOWN_ID }, ['/kid']],
    ['signing-keys/rotate', 'names a kind that is not made', { algorithm: 'HS256' }, ['/algorithm']],
    ['signing-keys/rotate', 'would sign in the past', { activation_delay_seconds: -1 }, ['/activation_delay_seconds']],
    ['signing-keys/rotate', 'would end tokens early', { overlap_seconds: 119 }, ['/overlap_seconds']],
    ['services', 'has a bad certificate', { ...SERVICE, tls: { ca: SECRET } }, ['/tls/ca']],
    [
      'services',
      'has a key without a certificate',
      { ...SERVICE, tls: { client_key: SECRET } },
      ['/tls/client_key', '/tls/client_certificate'],
    ],
    ['routes', 'has no methods', { ...ROUTE, methods: {} }, ['/methods']],
    ['routes', 'has methods of a wrong type', { ...ROUTE, methods: [] }, ['/methods']],
    ['routes', 'has an unknown method', { ...ROUTE, methods: { FETCH: { auth_required: false } } }, ['/methods/FETCH']],
    [
      'routes',
      'has a method in lower case',
      { ...ROUTE, methods: { get: { auth_required: false } } },
      ['/methods/get'],
    ],
    [
      'routes',
      'has a bad demand',
      { ...ROUTE, methods: { GET: { auth_required: true, auth_type: 'basic' } } },
      ['/methods/GET/auth_type'],
    ],
    [
      'routes',
      'has a bad condition',
      { ...ROUTE, methods: { DELETE: { auth_required: false, condition: 'request.ip in' } } },
      ['/methods/DELETE/condition'],
    ],
    [
      'routes',
      'names a bad policy agent',
      { ...ROUTE, methods: { GET: { auth_required: false, opa: { url: `http://u:${SECRET}@opa/`, timeout_ms: 0 } } } },
      ['/methods/GET/opa/url', '/methods/GET/opa/timeout_ms'],
    ],
    ['routes', 'has a bad domain', { ...ROUTE, domain: 'exa mple' }, ['/domain']],
    ['routes', 'has a bad pattern', { ...ROUTE, route_pattern: 'orders' }, ['/route_pattern']],
    ['routes', 'has a wildcard inside', { ...ROUTE, route_pattern: '/a/*/b' }, ['/route_pattern']],
    ['routes', 'has dot segments', { ...ROUTE, route_pattern: '/a/../b' }, ['/route_pattern']],
    ['routes', 'rewrites with an unknown name', { ...ROUTE, destination: '/x/:other' }, ['/destination']],
    ['routes', 'names an unknown service', { ...ROUTE, service_name: 'nobody' }, ['/service_name']],
    [
      'routes',
      'names an unknown service id',
      { ...ROUTE, service_name: undefined, service_id: UNKNOWN_ID },
      ['/service_id'],
    ],
    ['routes', 'has a bad service id', { ...ROUTE, service_id: '1' }, ['/service_id']],
    ['routes', 'has an upstream for nobody', { ...ROUTE, service_name: null, upstream: 'http://x' }, ['/upstream']],
    ['routes', 'wants CORS of a later version', { ...ROUTE, cors: { origins: ['*'] } }, ['/cors']],
    ['routes', 'wants validation of a later version', { ...ROUTE, validation: { mode: 'report' } }, ['/validation']],
    ['clients', 'has no name', {}, ['/client_name']],
    ['clients', 'has a bad status', { client_name: 'x', status: 'dead' }, ['/status']],
    ['clients', 'has a bare key', { client_name: 'x', api_key: SECRET }, ['/api_key']],
    ['clients', 'does not want a key', { client_name: 'x', api_key: { generate: false } }, ['/api_key']],
    ['clients', 'has a bad alias', { client_name: 'x', alias: 'a"b' }, ['/alias']],
    ['permissions', 'is empty', {}, ['/client_id', '/route_id', '/allowed_methods']],
    ['admin-tokens', 'has a bad role', { name: 'x', role: 'root' }, ['/role']],
  ])('of %s that %s is refused by field', async (resource, _, body, pointers) => {
    const reply = await expectRefusal(() => server.post(`/api/admin/${resource}`, body), 400);
    expect(pointersOf(reply.body)).toEqual(pointers);
    expect(reply.body.error).toBe('invalid_request');
  });

  it('of a permission that names nobody is refused by field', async () => {
    const { client_id } = (await server.get(paths.client)).body;
    const { route_id } = (await server.get(paths.route)).body;
    const send = (ids: object) => server.post('/api/admin/permissions', { ...ids, allowed_methods: ['GET'] });
    const noClient = await expectRefusal(() => send({ client_id: UNKNOWN_ID, route_id }), 400);
    expect(noClient.body.errors).toEqual([{ pointer: '/client_id', message: 'client_id not found' }]);
    const noRoute = await expectRefusal(() => send({ client_id, route_id: UNKNOWN_ID }), 400);
    expect(noRoute.body.errors).toEqual([{ pointer: '/route_id', message: 'route_id not found' }]);
    const noUuid = await expectRefusal(() => send({ client_id: 'x', route_id }), 400);
    expect(pointersOf(noUuid.body)).toEqual(['/client_id']);
  });

  it.each<[keyof typeof paths, object, string]>([
    ['service', { retries: 'many' }, '/retries'],
    ['route', { methods: null }, '/methods'],
    ['client', { client_name: null }, '/client_name'],
    ['route', { route_id: UNKNOWN_ID }, '/route_id'],
    ['client', { api_key: { value: SECRET } }, '/api_key'],
  ])('of a PATCH of a %s is refused by field: %j', async (kind, body, pointer) => {
    const reply = await expectRefusal(() => server.patch(paths[kind], body), 400);
    expect(pointersOf(reply.body)).toEqual([pointer]);
  });

  it.each(['service', 'route', 'client', 'permission'] as const)(
    'of a PUT of a %s is refused when empty',
    async (kind) => {
      const reply = await expectRefusal(() => server.put(paths[kind], {}), 400);
      expect(reply.body.errors.length).toBeGreaterThan(0);
      await expectRefusal(() => server.put(paths[kind], []), 400);
      await expectRefusal(() => server.put(paths[kind]), 400);
    },
  );
});

describe('a duplicate route', () => {
  it.each([{}, { route_pattern: '/stored/:other' }, { domain: 'API.example.com' }])(
    'with %j is a conflict',
    async (other) => {
      const sent = { ...ROUTE, route_pattern: '/stored/:id', ...other };
      const reply = await expectRefusal(() => server.post('/api/admin/routes', sent), 409);
      expect(reply.body.error).toBe('conflict');
    },
  );

  it('leaves no new service behind', async () => {
    const sent = { ...ROUTE, route_pattern: '/stored/:id', service_name: 'never', upstream: 'http://127.0.0.1:1' };
    await expectRefusal(() => server.post('/api/admin/routes', sent), 409);
  });
});

describe('a path id', () => {
  it.each(['services', 'routes', 'clients', 'permissions', 'admin-tokens'])(
    'of %s that names nothing is a 404',
    async (resource) => {
      for (const id of [UNKNOWN_ID, 'not-a-uuid', '1', '%00', "'; DROP TABLE clients; --", 'x'.repeat(3000)]) {
        const path = `/api/admin/${resource}/${id}`;
        await expectRefusal(() => server.get(path), 404);
        await expectRefusal(() => server.put(path, {}), 404);
        await expectRefusal(() => server.delete(path), 404);
      }
    },
  );

  it('of a credential that names nothing is a 404', async () => {
    for (const id of [UNKNOWN_ID, 'not-a-uuid']) {
      await expectRefusal(() => server.get(`${paths.client}/credentials/${id}`), 404);
      await expectRefusal(() => server.delete(`${paths.client}/credentials/${id}`), 404);
      await expectRefusal(() => server.post(`${paths.client}/credentials/${id}/rotate`, {}), 404);
      await expectRefusal(() => server.get(`/api/admin/clients/${id}/credentials`), 404);
    }
  });

  it('with a bad escape is a 400', async () => {
    await expectRefusal(() => server.get('/api/admin/clients/%FF'), 400);
  });

  it('below an unknown path is a 404', async () => {
    for (const path of ['/api/admin', '/api/admin/nothing', '/api/admin/services/a/b', '/nothing']) {
      await expectRefusal(() => server.get(path), 404);
    }
  });
});

describe('a body that is no JSON', () => {
  it.each(['{', `{"name": ${SECRET}}`, 'name=x', '{"name":"x",}', '\u0000'])('is a 400: %j', async (raw) => {
    const reply = await expectRefusal(() => server.post('/api/admin/services', undefined, { raw }), 400);
    expect(reply.body.code).toBe('malformed_request');
  });

  it('is a 415 under another content type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1']) {
      const options = { raw: JSON.stringify(SERVICE), headers: { 'content-type': type } };
      await expectRefusal(() => server.post('/api/admin/services', undefined, options), 415);
    }
  });

  it('is a 413 when it is larger than 1 MB', async () => {
    const big = { ...SERVICE, name: 'x'.repeat(1_100_000) };
    await expectRefusal(() => server.post('/api/admin/services', big), 413);
  });

  it('does not reach prototypes', async () => {
    const raw = '{"name":"p","upstreams":[{"url":"http://x"}],"__proto__":{"retries":9}}';
    const reply = await expectRefusal(() => server.post('/api/admin/services', undefined, { raw }), 400);
    expect(pointersOf(reply.body)).toEqual(['/__proto__']);
  });
});
