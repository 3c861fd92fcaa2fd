import { randomBytes } from 'node:crypto';
import { AdminServer, OWNER_TOKEN } from '../support/admin-server';
import { deliver, deliverStandard } from '../support/inbound-deliveries';

const PATH = '/api/admin/webhook-sources';
const EVENTS = ['user.deleted', 'user.disabled', 'client.suspend'];

let server: AdminServer;
let made = 0;
beforeAll(async () => {
  server = await AdminServer.start({ adminToken: OWNER_TOKEN, env: { WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' } });
});
afterAll(() => server?.close());

async function aSource(fields: object = {}) {
  made += 1;
  const body = { name: `source-${made}`, scheme: 'standard', events: EVENTS, ...fields };
  return (await server.post(PATH, body)).body;
}

async function aClient(): Promise<string> {
  return (await server.post('/api/admin/clients', { client_name: 'partner' })).body.client_id;
}
/** What the first delivery of a webhook tells of: they are made soon after the event. */
async function toldOnce(path: string): Promise<string | undefined> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    const [delivery] = (await server.get(path)).body;
    if (delivery) return delivery.type;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

const statusOf = async (clientId: string) => (await server.get(`/api/admin/clients/${clientId}`)).body.status;

async function aUser(email: string): Promise<string> {
  return (await server.post('/api/admin/users', { email, password: 'a password of theirs' })).body.user_id;
}

describe('sources of webhooks', () => {
  it('are shown with their secret once, and have no event allowed unless told', async () => {
    const reply = await server.post(PATH, { name: 'billing', scheme: 'standard' });
    expect(reply.status).toBe(201);
    const { secret, ...view } = reply.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(view).toEqual({
      source_id: expect.any(String),
      name: 'billing',
      scheme: 'standard',
      events: [],
      enabled: true,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    for (const path of [PATH, `${PATH}/${view.source_id}`, `${PATH}?name=billing`]) {
      const { text } = await server.get(path);
      expect(text).toContain(view.source_id);
      expect(text).not.toContain(secret);
    }
    expect(JSON.stringify(await server.stored())).not.toContain(secret);
    expect((await server.post(PATH, { name: 'billing', scheme: 'standard' })).status).toBe(409);
  });

  it('change, keep their secret, and go', async () => {
    const source = await aSource({ scheme: 'timestamped', secret: 'a secret of the sender' });
    const path = `${PATH}/${source.source_id}`;
    const patched = await server.patch(path, { events: ['client.suspend'], enabled: false });
    expect(patched.body).toMatchObject({ events: ['client.suspend'], enabled: false });
    const again = await server.patch(path, { secret: 'a secret of the sender' });
    expect(again.body).toEqual(patched.body);
    expect((await server.patch(path, { scheme: 'standard' })).body.errors[0].pointer).toBe('/secret');
    expect((await server.delete(path)).status).toBe(204);
    expect((await server.get(path)).status).toBe(404);
  });

  it.each<[object, string]>([
    [{}, '/name'],
    [{ name: 'aegis' }, '/name'],
    [{ name: 'A' }, '/name'],
    [{ name: 'a/b' }, '/name'],
    [{ name: 'a'.repeat(65) }, '/name'],
    [{ name: 'x', scheme: 'none' }, '/scheme'],
    [{ name: 'x', events: ['*'] }, '/events/0'],
    [{ name: 'x', events: ['__proto__'] }, '/events/0'],
    [{ name: 'x', events: 'user.deleted' }, '/events'],
    [{ name: 'x', enabled: 1 }, '/enabled'],
    [{ name: 'x', secret: 'short' }, '/secret'],
    [{ name: 'x', secret: 'no base64, but long enough to be a secret' }, '/secret'],
    [{ name: 'x', scheme: 'timestamped', secret: 'a secret with a \u0000 in it' }, '/secret'],
    [{ name: 'x', scheme: 'timestamped', secret: `a secret cut in half ${'\ud800'}` }, '/secret'],
    [{ name: 'x', prefix: 'X-Mine' }, '/prefix'],
  ])('refuse %j', async (fields, pointer) => {
    const refused = await server.post(PATH, { scheme: 'standard', ...fields });
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('are for operators to change', async () => {
    const viewer = (await server.post('/api/admin/admin-tokens', { name: 'v', role: 'viewer' })).body.token;
    expect((await server.get(PATH, { token: viewer })).status).toBe(200);
    expect((await server.post(PATH, { name: 'v', scheme: 'standard' }, { token: viewer })).status).toBe(403);
    expect((await server.get(PATH, { token: null })).status).toBe(401);
  });
});

describe('an event', () => {
  const suspend = (clientId: string) => JSON.stringify({ type: 'client.suspend', data: { client_id: clientId } });

  it('suspends a client, and webhooks are told of it', async () => {
    const { name, secret } = await aSource();
    const url = 'http://127.0.0.1:9/';
    const { body: hook } = await server.post('/api/admin/webhooks', { url, events: ['client.suspended'] });
    const clientId = await aClient();
    const reply = await deliverStandard(server, name, { secret, id: 'one', body: suspend(clientId) });
    expect([reply.status, reply.body]).toEqual([200, { received: true, message: 'Client suspended' }]);
    expect(await statusOf(clientId)).toBe('suspended');
    expect(await toldOnce(`/api/admin/webhooks/${hook.webhook_id}/deliveries`)).toBe('client.suspended');
    const again = await deliverStandard(server, name, { secret, id: 'two', body: suspend(clientId) });
    expect(again.body.message).toBe('Client already suspended');
  });

  it('has its effect once: a repetition is answered as the first was', async () => {
    const { name, secret } = await aSource();
    const clientId = await aClient();
    const first = await deliverStandard(server, name, { secret, id: 'same', body: suspend(clientId) });
    await server.patch(`/api/admin/clients/${clientId}`, { status: 'active' });
    const { revision } = (await server.get(`/api/admin/clients/${clientId}`)).body;
    const second = await deliverStandard(server, name, { secret, id: 'same', body: suspend(clientId) });
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect((await server.get(`/api/admin/clients/${clientId}`)).body).toMatchObject({ status: 'active', revision });
    const other = await aSource();
    const fromElsewhere = { secret: other.secret, id: 'same', body: suspend(clientId) };
    expect((await deliverStandard(server, other.name, fromElsewhere)).body.message).toBe('Client suspended');
    const inCapitals = await deliverStandard(server, name, { secret, id: 'SAME', body: suspend(clientId) });
    expect(inCapitals.body.message).toBe('Client already suspended');
  });

  it('deletes a user, by id or by address', async () => {
    const { name, secret } = await aSource({ scheme: 'timestamped' });
    const send = (event_id: string, fields: object) => {
      const body = JSON.stringify({ event_id, event_type: 'user.deleted', ...fields });
      return deliver(server, name, { secret, prefix: 'x-webhook', body });
    };
    const [one] = [await aUser('one@example.com'), await aUser('two@example.com')];
    expect((await send('1', { user_id: one })).body.message).toBe('User deleted');
    expect((await send('2', { user_id: 'theirs', email: 'Two@Example.com' })).body.message).toBe('User deleted');
    expect((await send('3', { email: 'two@example.com' })).body.message).toBe('No matching user');
    expect((await server.get('/api/admin/users')).body).toEqual([]);
  });

  it('disables a user', async () => {
    const { name, secret } = await aSource({ scheme: 'timestamped' });
    const user_id = await aUser('three@example.com');
    const send = (event_id: string) =>
      deliver(server, name, {
        ...{ secret, prefix: 'x-webhook' },
        body: JSON.stringify({ event_id, event_type: 'user.disabled', data: { user_id } }),
      });
    expect((await send('1')).body.message).toBe('User disabled');
    expect((await server.get(`/api/admin/users/${user_id}`)).body.active).toBe(false);
    expect((await send('2')).body.message).toBe('User already disabled');
  });

  it('that is not on the list of its source, or of no known type, has no effect', async () => {
    const { name, secret } = await aSource({ events: [] });
    const clientId = await aClient();
    for (const type of ['client.suspend', 'user.verified', '__proto__', 'constructor', 'toString']) {
      const body = JSON.stringify({ type, data: { client_id: clientId } });
      const reply = await deliverStandard(server, name, { secret, id: type, body });
      expect([reply.status, reply.body]).toEqual([
        200,
        { received: true, message: `Event type ${type} not processed` },
      ]);
    }
    expect(await statusOf(clientId)).toBe('active');
  });

  it.each([
    ['is no JSON', '{', 400],
    ['is a list', '[]', 400],
    ['is null', 'null', 400],
    ['is nothing', '', 400],
    ['says a thing twice', '{"type":"client.suspend","type":"client.suspend"}', 400],
    ['has no type', '{"data":{}}', 400],
    ['has a number for a type', '{"type":7}', 400],
    ['names no client', '{"type":"client.suspend","data":{}}', 400],
    ['names a client by something else', '{"type":"client.suspend","data":{"client_id":{"a":1}}}', 400],
    ['names a user by a list', '{"type":"user.deleted","data":{"user_id":["a"]}}', 400],
    ['names a user with a NUL', '{"type":"user.deleted","data":{"email":"a\\u0000@b"}}', 400],
    [
      'names a client nobody knows',
      `{"type":"client.suspend","client_id":"${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}"}`,
      200,
    ],
  ])('whose body %s is answered %#', async (_, body, status) => {
    const { name, secret } = await aSource();
    const stored = (await server.stored()).inbound_events?.length;
    const reply = await deliverStandard(server, name, { secret, id: 'hostile', body });
    expect(reply.status).toBe(status);
    if (status === 400) {
      expect(reply.body).toEqual({ error: expect.any(String) });
      expect((await server.stored()).inbound_events).toHaveLength(stored ?? 0);
    }
  });

  it('of whatever media type is read, up to 64 KiB', async () => {
    const { name, secret } = await aSource();
    const pad = (length: number) => JSON.stringify({ type: 'x', pad: 'p'.repeat(length - 21) }).padEnd(length);
    const headers = { 'content-type': 'text/plain' };
    const full = await deliverStandard(server, name, { secret, id: 'full', body: pad(65_536), headers });
    expect(full.status).toBe(200);
    const over = await deliverStandard(server, name, { secret, id: 'over', body: pad(65_537), headers });
    expect([over.status, over.body.detail]).toEqual([413, 'the request body is larger than 64 KiB']);
  });

  it('is refused in the same words whatever is wrong, or whether there is such a source', async () => {
    const { name, secret, source_id } = await aSource();
    const off = await aSource({ enabled: false });
    const body = suspend(await aClient());
    const parts = { secret, id: 'x', body };
    const wrong = `whsec_${randomBytes(32).toString('base64')}`;
    const replies = [
      await deliverStandard(server, name, { ...parts, secret: wrong }),
      await deliverStandard(server, name, { ...parts, headers: { 'webhook-signature': 'v1' } }),
      await deliverStandard(server, name, { ...parts, headers: { 'webhook-id': '' } }),
      await deliverStandard(server, name, { ...parts, atMs: Date.now() - 310_000 }),
      await deliverStandard(server, off.name, { ...parts, secret: off.secret }),
      await deliverStandard(server, 'nobody', parts),
      await deliverStandard(server, '__proto__', parts),
      await deliverStandard(server, `${name}%00`, parts),
      await deliverStandard(server, name.toUpperCase(), parts),
    ];
    for (const { status, body: said } of replies) expect([status, said]).toEqual([401, { error: 'Invalid signature' }]);
    await server.delete(`${PATH}/${source_id}`);
    expect((await deliverStandard(server, name, parts)).status).toBe(401);
  });
});
