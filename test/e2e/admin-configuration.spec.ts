import { parse, stringify } from 'yaml';
import { AdminServer, type Reply } from '../support/admin-server';

jest.setTimeout(120_000);

const APPLY = '/api/admin/config/apply';
const YAML = { 'content-type': 'application/yaml' };
const RELAY_SECRET = 'relay-secret-of-thirty-two-bytes!!!!';
const service = (name: string, more: object = {}) => ({ name, upstreams: [{ url: 'http://127.0.0.1:9' }], ...more });
const route = (route_pattern: string, service_name: string | null = null) => ({
  ...{ domain: '*', route_pattern, service_name, methods: { GET: { auth_required: true, auth_type: 'api_key' } } },
});
const WORLD = {
  format: 'gatewarden/1',
  services: [service('one'), service('two', { token_relay: 'resign', relay_secret: RELAY_SECRET })],
  routes: [route('/one', 'one'), route('/two', 'two')],
  clients: [
    { client_name: 'web', credentials: [{ kind: 'api_key', value: 'the-api-key-of-web' }] },
    { client_name: 'batch' },
  ],
  protect_keys: [{ app: 'ios', value: 'a-protect-key' }],
  webhooks: [{ url: 'https://example.com/hook', events: ['client.created'] }],
  permissions: [
    { client: 'web', route: '* /one', allowed_methods: ['GET'] },
    { client: 'batch', route: '* /two', allowed_methods: ['GET'] },
  ],
  rate_limits: [{ client: 'web', requests_per_day: 5 }],
};

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.close());

const apply = (file: unknown, headers = {}, query = ''): Promise<Reply> =>
  server.call('POST', `${APPLY}${query}`, undefined, { raw: stringify(file), headers: { ...YAML, ...headers } });
const told = ({ body }: Reply) =>
  body.changes.map(({ action, type, name }: Record<string, string>) => `${action} ${type} ${name}`).sort();
const exported = async () => parse((await server.get('/api/admin/config/export')).text);

it('a file is planned, applied, and then says nothing new', async () => {
  const planned = await apply(WORLD, {}, '?dry_run=true');
  expect(planned.status).toBe(200);
  expect(await exported()).toMatchObject({ services: [], clients: [] });

  const applied = await apply(WORLD);

  expect(applied.body.changes).toEqual(planned.body.changes);
  expect(applied.body.revision).toBe(planned.body.revision + 1);
  expect(applied.headers.get('x-config-revision')).toBe(String(applied.body.revision));
  expect(told(applied)).toHaveLength(11);
  expect(told(applied)).toContain('create permission web * /one');
  for (const secret of [RELAY_SECRET, 'the-api-key-of-web', 'a-protect-key'])
    expect(applied.text).not.toContain(secret);
  const again = await apply(WORLD);
  expect(again.body).toEqual({ revision: applied.body.revision, changes: [] });
});

it('an export is YAML, or JSON where that is asked for, and applies as it is', async () => {
  const yaml = await server.get('/api/admin/config/export');
  const json = await server.get('/api/admin/config/export', { headers: { accept: 'application/json' } });
  expect(yaml.headers.get('content-type')).toContain('application/yaml');
  expect(parse(yaml.text)).toEqual(json.body);
  expect(yaml.headers.get('etag')).toBe(`"${yaml.headers.get('x-config-revision')}"`);
  expect(Object.keys(json.body)).not.toContain('protect_keys');
  expect((await server.call('POST', APPLY, json.body)).body.changes).toEqual([]);
});

it('what a named section does not have goes, and what no section names stays', async () => {
  const { services, routes } = WORLD;
  const kept = { format: 'gatewarden/1', services: services.slice(0, 1), routes: routes.slice(0, 1) };

  const applied = await apply(kept);

  expect(told(applied)).toEqual(['delete route * /two', 'delete service two']);
  expect((await exported()).clients).toHaveLength(2);
  expect((await exported()).permissions).toEqual([WORLD.permissions[0]]);
  expect(told(await apply(WORLD))).toEqual([
    'create permission batch * /two',
    'create route * /two',
    'create service two',
  ]);
  const fewer = await apply({
    ...WORLD,
    clients: WORLD.clients.slice(0, 1),
    permissions: [],
    rate_limits: [],
    protect_keys: [],
    webhooks: [],
  });
  expect(told(fewer)).toEqual([
    ...['delete client batch', 'delete permission batch * /two', 'delete permission web * /one'],
    ...['delete protect_key ios', 'delete rate_limit web', 'delete webhook https://example.com/hook'],
  ]);
  await apply(WORLD);
});

it('a change tells its fields, and of a secret only that it changes', async () => {
  const [one, two] = WORLD.services;
  const changed = await apply({
    format: 'gatewarden/1',
    services: [
      { ...one, retries: 4 },
      { ...two, relay_secret: `${RELAY_SECRET}!` },
    ],
  });
  expect(changed.body.changes).toEqual([
    { action: 'update', type: 'service', name: 'one', diff: { retries: { from: 1, to: 4 } } },
    { action: 'update', type: 'service', name: 'two', diff: { relay_secret: 'changed' } },
  ]);
  await apply(WORLD);
});

it('If-Match holds it to the revision that was read', async () => {
  const etag = (await server.get('/api/admin/config/export')).headers.get('etag') ?? '';
  const file = { format: 'gatewarden/1', services: [...WORLD.services, service('three')] };
  expect((await apply(file, { 'if-match': etag })).status).toBe(200);
  const late = await apply(WORLD, { 'if-match': etag });
  expect({ status: late.status, code: late.body.code }).toEqual({ status: 412, code: 'precondition_failed' });
  expect((await exported()).services).toHaveLength(3);
  await apply(WORLD);
});

describe('a faulty file changes nothing', () => {
  const good = { format: 'gatewarden/1', services: [...WORLD.services, service('never')] };

  it.each<[string, object, string]>([
    ['another format', { ...good, format: 'gatewarden/2' }, '/format'],
    ['an unknown section', { ...good, admins: [] }, '/admins'],
    ['an unknown field', { ...good, routes: [{ ...route('/x'), x: 1 }] }, '/routes/0/x'],
    ['a section that is no list', { ...good, routes: {} }, '/routes'],
    ['two of one name', { ...good, services: [service('a'), service('a')] }, '/services/1'],
    [
      'a reference to nothing',
      { ...good, permissions: [{ client: 'x', route: '* /one', allowed_methods: ['GET'] }] },
      '/permissions/0/client',
    ],
    ['a route to nowhere', { ...good, routes: [route('/x', 'none')] }, '/routes/0/service_name'],
    ['a missing secret', { ...good, services: [service('x', { token_relay: 'resign' })] }, '/services/0/relay_secret'],
    [
      'a variable of the server',
      { ...good, protect_keys: [{ app: 'x', value: 'env:GATEWARDEN_MASTER_KEY' }] },
      '/protect_keys/0/value',
    ],
    [
      'a file of the server',
      { ...good, clients: [{ client_name: 'x', credentials: [{ kind: 'api_key', value: 'file:/etc/passwd' }] }] },
      '/clients/0/credentials/0/value',
    ],
    ['a NUL', { ...good, clients: [{ client_name: 'a\u0000' }] }, ''],
  ])('%s', async (_, file, pointer) => {
    const before = await exported();
    const { status, body } = await apply(file);
    expect(status).toBe(400);
    expect(body.errors).toContainEqual(expect.objectContaining({ pointer }));
    expect(await exported()).toEqual(before);
  });

  it.each([
    ['no YAML', 'a: [', 'not YAML'],
    ['the same key twice', 'format: gatewarden/1\nformat: gatewarden/1', 'not YAML'],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`)}]`)
        .join('\n')}`,
      'aliases',
    ],
    ['a tag', 'format: !!js/function "x"', ''],
  ])('%s', async (_, raw, detail) => {
    const reply = await server.call('POST', APPLY, undefined, { raw, headers: YAML });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain(detail);
  });

  it('a service that a route still leads to', async () => {
    const { status, body } = await apply({ format: 'gatewarden/1', services: [service('one')] });
    expect({ status, detail: body.detail }).toEqual({ status: 409, detail: 'the service is still used by 1 route' });
    expect((await exported()).services).toHaveLength(2);
  });
});

it('viewers export without secrets, operators apply, and secrets are for owners', async () => {
  const tokens: Record<string, string> = {};
  for (const role of ['viewer', 'operator']) {
    tokens[role] = (await server.post('/api/admin/admin-tokens', { name: role, role })).body.token;
  }
  const field = { 'x-gatewarden-export-key': Buffer.alloc(32, 1).toString('base64') };
  const get = async (token: string | undefined, headers = {}) =>
    (await server.get('/api/admin/config/export', { token, headers })).status;
  expect(await get(tokens.viewer)).toBe(200);
  expect(await get(tokens.operator, field)).toBe(403);
  expect(await get(undefined, { 'x-gatewarden-export-key': 'short' })).toBe(400);
  const sent = { raw: stringify(WORLD), headers: YAML };
  expect((await server.call('POST', APPLY, undefined, { ...sent, token: tokens.viewer })).status).toBe(403);
  expect((await server.call('POST', APPLY, undefined, { ...sent, token: tokens.operator })).status).toBe(200);
});
