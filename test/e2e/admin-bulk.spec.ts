import { hash } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigRevisionEntity } from '../../src/database/config-revision.entity';
import { MAX_LINE_BYTES } from '../../src/declarative/ndjson-lines';
import { AdminServer, OWNER_TOKEN } from '../support/admin-server';

jest.setTimeout(120_000);

const NDJSON = { 'content-type': 'application/x-ndjson' };
const GET_DEMAND = { GET: { auth_required: true, auth_type: 'api_key' } };
const service = { type: 'service', name: 'orders', upstreams: [{ url: 'http://127.0.0.1:9' }] };
const route = {
  type: 'route',
  domain: 'api.example.com',
  route_pattern: '/orders/*',
  service_name: 'orders',
  methods: GET_DEMAND,
};
const client = (name: string, more: object = {}) => ({ type: 'client', client_name: name, ...more });
const permission = (name: string, methods = ['GET']) => ({
  ...{ type: 'permission', client: name, route: 'API.example.com /orders/*', allowed_methods: methods },
});

let server: AdminServer;
async function start(): Promise<void> {
  server = await AdminServer.start();
}
const stop = (): Promise<void> | undefined => server?.close();

const sendRaw = (raw: string | Buffer, token = OWNER_TOKEN) =>
  server.call('POST', '/api/admin/bulk', undefined, { raw: raw as string, headers: NDJSON, token });
const send = async (...objects: unknown[]) =>
  (await sendRaw(objects.map((object) => JSON.stringify(object)).join('\n'))).body;
const revision = async () =>
  (await server.dataSource.manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 })).revision;

describe('a bulk load', () => {
  beforeEach(start);
  afterEach(stop);

  const world = [
    service,
    route,
    client('web', { alias: 'web', credentials: [{ kind: 'api_key', value: 'an-api-key-of-web' }] }),
    client('batch', {
      credentials: [
        { kind: 'api_key', sha256: hash('sha256', 'another-key') },
        { kind: 'hmac_secret', value: 'a shared secret' },
      ],
    }),
    permission('web'),
    permission('batch', ['GET', 'POST']),
    { type: 'rate_limit', client: 'web', requests_per_day: 10 },
    { type: 'protect_key', app: 'ios', value: 'a-protect-key' },
    { type: 'webhook', url: 'https://example.com/hook', events: ['client.created'] },
  ];

  it('makes everything, and nothing the second time', async () => {
    const first = await send(...world);
    const before = await revision();
    const again = await send(...world);

    expect(first).toEqual({
      ...{ lines: 9, created: 9, updated: 0, unchanged: 0, failed: 0, faults: [], faults_left_out: 0 },
      revision: before,
    });
    expect(again).toMatchObject({ created: 0, updated: 0, unchanged: 9, failed: 0, revision: null });
    expect(await revision()).toBe(before);
    const clients = (await server.get('/api/admin/clients')).body;
    const held = clients.map((row: { client_name: string; credentials: unknown[] }) => [
      row.client_name,
      row.credentials.length,
    ]);
    expect(Object.fromEntries(held)).toEqual({ web: 1, batch: 2 });
    const [{ client_id }] = (await server.get('/api/admin/clients?client_name=web')).body;
    const listed = (await server.get(`/api/admin/permissions?client_id=${client_id}`)).body;
    expect(listed).toEqual([expect.objectContaining({ route_pattern: '/orders/*', allowed_methods: ['GET'] })]);
  });

  it('changes what is there already, by its name', async () => {
    await send(...world);

    const changes = await send(
      { ...service, retries: 3 },
      { ...route, enabled: false },
      client('web', { alias: 'web', status: 'suspended' }),
      permission('web', ['PUT']),
      { type: 'rate_limit', client: 'web', requests_per_day: 11 },
    );

    expect(changes).toMatchObject({ lines: 5, updated: 5, created: 0, failed: 0 });
    expect((await server.get('/api/admin/services?name=orders')).body[0].retries).toBe(3);
    const [web] = (await server.get('/api/admin/clients?client_name=web')).body;
    expect(web).toMatchObject({ status: 'suspended', credentials: [expect.objectContaining({ kind: 'api_key' })] });
    expect((await server.get(`/api/admin/permissions?client_id=${web.client_id}`)).body[0].allowed_methods).toEqual([
      'PUT',
    ]);
  });

  it('commits every thousand lines as one revision', async () => {
    await send(service, route);
    const before = await revision();

    const loaded = await send(...Array.from({ length: 2_500 }, (_, i) => client(`client ${i}`)));

    expect(loaded).toMatchObject({ created: 2_500, revision: before + 3 });
    const granted = await send(...Array.from({ length: 2_500 }, (_, i) => permission(`client ${i}`)));
    expect(granted).toMatchObject({ created: 2_500, revision: before + 6 });
  });

  it('takes objects of one name one after the other', async () => {
    await send(service, route);

    const loaded = await send(
      client('web'),
      client('web', { tenant: 'a' }),
      client('web', { tenant: 'a' }),
      permission('web'),
      permission('web', ['PUT']),
    );

    expect(loaded).toMatchObject({ created: 2, updated: 2, unchanged: 1, failed: 0 });
    expect((await server.get('/api/admin/clients')).body).toEqual([expect.objectContaining({ tenant: 'a' })]);
  });
});

describe('faulty lines of a bulk load', () => {
  beforeAll(start);
  afterAll(stop);

  let made = 0;
  const ok = () => {
    made += 1;
    return JSON.stringify(client(`fine ${made}`));
  };
  const faultOf = async (line: string | Buffer) => {
    const { body } = await sendRaw(Buffer.concat([Buffer.from(line), Buffer.from(`\n\n${ok()}\n`)]));
    expect(body).toMatchObject({ lines: 2, created: 1, failed: 1 });
    expect(body.faults).toHaveLength(1);
    return body.faults[0];
  };

  it.each([
    ['{"type":"client"', '', 'the line is not JSON'],
    ['"client"', '', 'a line must be a JSON object'],
    ['[]', '', 'a line must be a JSON object'],
    ['null', '', 'a line must be a JSON object'],
    ['{}', '/type', expect.stringContaining('type must be one of')],
    ['{"type":"__proto__"}', '/type', expect.stringContaining('type must be one of')],
    ['{"type":"admin_token","name":"x","role":"owner"}', '/type', expect.stringContaining('type must be one of')],
    ['{"type":"client","client_name":"a","role":"owner"}', '/role', 'unknown field'],
    ['{"type":"client","client_name":"a","__proto__":{"status":"active"}}', '/__proto__', 'unknown field'],
    ['{"type":"client"}', '/client_name', 'client_name is required'],
    ['{"type":"client","client_name":7}', '/client_name', expect.any(String)],
    ['{"type":"client","client_name":"a\\u0000b"}', '', 'no text may hold a NUL'],
    [
      '{"type":"client","client_name":"a","credentials":[{"kind":"api_key","generate":true}]}',
      '/credentials/0/generate',
      expect.stringContaining('nobody'),
    ],
    [
      '{"type":"permission","client":"nobody","route":"* /x","allowed_methods":["GET"]}',
      '/client',
      'no client is named nobody',
    ],
    [
      '{"type":"permission","client":"a","route":"/x","allowed_methods":["GET"]}',
      '/route',
      expect.stringContaining('<domain>'),
    ],
    [
      '{"type":"route","domain":"*","route_pattern":"/x","service_name":"none","methods":{"GET":{"auth_required":false}}}',
      '/service_name',
      expect.stringContaining('no service has'),
    ],
  ])('%s', async (line, pointer, message) => {
    expect(await faultOf(line)).toEqual({ line: 1, pointer, message });
  });

  it('a line that is not UTF-8, and one that is too long', async () => {
    expect(await faultOf(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toMatchObject({ message: 'the line is not UTF-8' });
    const long = await sendRaw(`{"x":"${'x'.repeat(MAX_LINE_BYTES)}"}\n${ok()}`);
    expect(long.body).toMatchObject({ failed: 1, created: 1 });
    expect(long.body.faults[0].message).toContain('a line has at most');
  });

  it('a revoked client may be given a permission, and stays revoked', async () => {
    await send(service, route, client('gone', { status: 'revoked' }));
    const { faults, created } = await send(permission('gone'), client('gone'));
    expect(created).toBe(1);
    expect(faults).toEqual([{ line: 2, pointer: '/status', message: 'a revoked client stays revoked' }]);
  });

  it('a client whose name is not its own, whose alias or key is another’s', async () => {
    await server.post('/api/admin/clients', { client_name: 'twin', alias: 'one' });
    await server.post('/api/admin/clients', { client_name: 'twin', api_key: { value: 'the-key-of-a-twin' } });
    const { faults, created } = await send(
      client('twin'),
      client('other', { alias: 'one' }),
      client('third', { credentials: [{ kind: 'api_key', value: 'the-key-of-a-twin' }] }),
      client('fine'),
    );
    expect(created).toBe(1);
    expect(faults.map(({ line, pointer }: { line: number; pointer: string }) => [line, pointer])).toEqual([
      [1, '/client_name'],
      [2, '/alias'],
      [3, '/credentials/0'],
    ]);
  });

  it('are told up to a hundred, without what they hold', async () => {
    const secret = 'hunter2-hunter2';
    const reply = await sendRaw(
      `${JSON.stringify({ type: 'client', credentials: [{ kind: 'api_key', value: secret, x: 1 }] })}\n`.repeat(150),
    );
    expect(reply.body).toMatchObject({ failed: 150, faults_left_out: 50 });
    expect(reply.body.faults).toHaveLength(100);
    expect(reply.text).not.toContain(secret);
  });

  it('that the database alone refuses leave the others of their thousand in', async () => {
    const client_id = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
    const twins = [client('first', { client_id }), client('second', { client_id })];
    const loaded = await send(client('one'), ...twins, client('two'));
    expect(loaded).toMatchObject({ lines: 4, failed: 0, created: 3, updated: 1 });
    expect((await server.get(`/api/admin/clients/${client_id}`)).body.client_name).toBe('second');
  });
});

describe('who may load', () => {
  beforeAll(start);
  afterAll(stop);

  it('operators, and nobody who only reads', async () => {
    const { token } = (await server.post('/api/admin/admin-tokens', { name: 'v', role: 'viewer' })).body;
    expect((await sendRaw(JSON.stringify(client('x')), token)).status).toBe(403);
    expect((await sendRaw(JSON.stringify(client('x')), 'no-such-token')).status).toBe(401);
    expect((await server.get('/api/admin/clients')).body).toEqual([]);
  });

  it('nothing but NDJSON', async () => {
    const reply = await server.post('/api/admin/bulk', client('x'));
    expect(reply.status).toBe(415);
    expect(reply.body.detail).toContain('application/x-ndjson');
  });
});

describe('a connection that is cut', () => {
  beforeAll(start);
  afterAll(stop);

  it('keeps what was committed, and reads no half line', async () => {
    const { hostname, port } = new URL(server.url);
    const headers = { ...NDJSON, authorization: `Bearer ${OWNER_TOKEN}` };
    const upload = request({ hostname, port, method: 'POST', path: '/api/admin/bulk', headers });
    upload.on('error', () => undefined);
    const lines = Array.from({ length: 1_400 }, (_, i) => `${JSON.stringify(client(`client ${i}`))}\n`).join('');
    upload.write(`${lines}{"type":"client","client_name":"half`);
    const count = async () => Number((await server.get('/api/admin/clients?limit=1')).headers.get('x-total-count'));
    const deadline = Date.now() + 30_000;
    while ((await count()) < 1_000 && Date.now() < deadline) await sleep(50);
    upload.destroy();
    await sleep(500);

    expect(await count()).toBe(1_000);
    expect(await send(client('after'))).toMatchObject({ created: 1 });
  });
});
