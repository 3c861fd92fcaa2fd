import { randomUUID } from 'node:crypto';
import { AdminTokenEntity } from '../../src/admin-tokens/admin-token.entity';
import { AdminEntity } from '../../src/admins/admin.entity';
import { AdminServer, OWNER_TOKEN } from '../support/admin-server';
import { deliver } from '../support/inbound-deliveries';

const SECRET = 'test_webhook_secret_abc123';
const SITE = '0198c2f1-9ec5-7cf3-b8a2-3f6de1a4b7c9';
const USER = '0198c2f2-1d84-7e11-a5c0-88f4c2f9d3ab';
/** The body of the published vector, and its signature at 1708300000. */
const VECTOR =
  '{"event_id":"0198c2f3-4a20-7b06-9d15-2e8b7c1f0a44","event_type":"user.verified","site_uuid":"0198c2f1-9ec5-7cf3-b8a2-3f6de1a4b7c9","user_uuid":"0198c2f2-1d84-7e11-a5c0-88f4c2f9d3ab","email":"user@example.com","aegis_role":"user","timestamp":1708300000}';
const VECTOR_SIGNATURE = 'sha256=96f9e1eb6ce2e25eae3db8b428327123a8b119805da0a12f08ff500227440ffc';
const ENV = {
  AEGIS_WEBHOOK_SECRET: SECRET,
  AEGIS_SITE_ID: SITE,
  AEGIS_ADMIN_EMAILS: 'User@Example.com, second@example.com, owner@example.com',
};

let server: AdminServer;
let sent = 0;
beforeAll(async () => {
  server = await AdminServer.start({ adminToken: OWNER_TOKEN, env: ENV });
});
afterAll(() => server?.close());

const admins = async () => (await server.get('/api/admin/admins')).body as Record<string, string>[];

function send(fields: Record<string, unknown>, headers: Record<string, string> = {}) {
  sent += 1;
  const event = { event_id: `event-${sent}`, event_type: 'user.verified', site_uuid: SITE, user_uuid: USER };
  const body = JSON.stringify({ ...event, email: 'user@example.com', ...fields });
  return deliver(server, 'aegis', { secret: SECRET, prefix: 'x-aegis', body, headers });
}

describe('the webhook of Aegis', () => {
  it('takes the published delivery at its time, once', async () => {
    const call = () =>
      server.post('/api/webhooks/aegis', undefined, {
        token: null,
        raw: VECTOR,
        headers: { 'x-aegis-timestamp': '1708300000', 'x-aegis-signature': VECTOR_SIGNATURE },
      });
    expect([(await call()).status, await admins()]).toEqual([401, []]);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(1_708_300_000_000);
    const replies = [await call(), await call()];
    clock.mockRestore();
    const [admin] = await admins();
    expect(admin).toMatchObject({ email: 'user@example.com', role: 'operator' });
    const answer = { received: true, message: 'Admin provisioned', admin_id: admin?.admin_id };
    for (const { status, body } of replies) expect([status, body]).toEqual([200, answer]);
    expect(await admins()).toHaveLength(1);
  });

  it('tells of an admin that is there already, and removes it when the user is deleted', async () => {
    const again = await send({});
    expect(again.body).toEqual({
      received: true,
      message: 'Admin already provisioned',
      admin_id: (await admins())[0]?.admin_id,
    });
    const removed = await send({ event_type: 'user.deleted', email: 'changed@example.com' });
    expect([removed.status, removed.body.message]).toEqual([200, 'Admin removed']);
    expect(await admins()).toEqual([]);
    expect((await send({ event_type: 'user.deleted' })).body).toEqual({
      received: true,
      message: 'No matching admin to remove',
    });
  });

  it('makes nobody an admin who is not listed, whatever the case', async () => {
    const stranger = await send({ email: 'stranger@example.com' });
    expect(stranger.body).toEqual({ received: true, message: 'Email not authorized for admin provisioning' });
    expect(await admins()).toEqual([]);
    const listed = await send({ email: 'SECOND@example.com' });
    expect(listed.body.message).toBe('Admin provisioned');
    await send({ event_type: 'user.deleted' });
  });

  it('takes an admin of that address for the user, but only a verified one is removed by its id', async () => {
    const { body } = await server.post('/api/admin/admins', { email: 'second@example.com', role: 'viewer' });
    const other = USER.replace('0198', '0199');
    expect(
      (await send({ event_type: 'user.deleted', user_uuid: other, email: 'second@example.com' })).body.message,
    ).toBe('No matching admin to remove');
    const known = await send({ user_uuid: other, email: 'second@example.com' });
    expect(known.body).toMatchObject({ message: 'Admin already provisioned', admin_id: body.admin_id });
    expect((await admins())[0]).toMatchObject({ role: 'viewer' });
    expect((await send({ event_type: 'user.deleted', user_uuid: other })).body.message).toBe('Admin removed');
    expect(await admins()).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, number, string]>([
    ['another event', { event_type: 'user.updated' }, 200, 'Event type user.updated not processed'],
    ['another site', { site_uuid: USER }, 200, 'Event of another site not processed'],
    ['a site that is none', { site_uuid: null }, 200, 'Event of another site not processed'],
    ['a user id that is none', { user_uuid: 'x' }, 400, 'Invalid user_uuid'],
    ['a user id that is a number', { user_uuid: 7 }, 400, 'Invalid user_uuid'],
    ['a user id with a line end', { user_uuid: `${USER}\n` }, 400, 'Invalid user_uuid'],
    ['no address', { email: undefined }, 400, 'Invalid email'],
    ['an address that is none', { email: 'user' }, 400, 'Invalid email'],
    ['an address that is a list', { email: ['user@example.com'] }, 400, 'Invalid email'],
    ['an address that looks like a listed one', { email: 'ſecond@example.com' }, 400, 'Invalid email'],
    ['no id', { event_id: undefined }, 400, 'Invalid event_id'],
    ['an id that is a number', { event_id: 7 }, 400, 'Invalid event_id'],
    ['an id without end', { event_id: 'x'.repeat(201) }, 400, 'Invalid event_id'],
    ['no type', { event_type: undefined }, 400, 'Invalid event_type'],
  ])('answers %s', async (_, fields, status, message) => {
    const reply = await send(fields);
    const body = status === 200 ? { received: true, message } : { error: message };
    expect([reply.status, reply.body]).toEqual([status, body]);
    expect(await admins()).toEqual([]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['no signature', { 'x-aegis-signature': '' }, 'Missing or invalid required header'],
    ['a signature without its name', { 'x-aegis-signature': 'a'.repeat(64) }, 'Missing or invalid required header'],
    ['no time', { 'x-aegis-timestamp': '' }, 'Missing or invalid required header'],
    ['a time that is none', { 'x-aegis-timestamp': '1e9' }, 'Missing or invalid required header'],
    ['another signature', { 'x-aegis-signature': `sha256=${'a'.repeat(64)}` }, 'Invalid signature'],
    ['another time', { 'x-aegis-timestamp': '1708300000' }, 'Invalid signature'],
    ['a field for another event', { 'x-aegis-event': 'user.deleted' }, 'Missing or invalid required header'],
  ])('refuses %s', async (_, headers, error) => {
    const reply = await send({}, headers);
    expect([reply.status, reply.body]).toEqual([401, { error }]);
    expect(await admins()).toEqual([]);
  });

  it('takes the field that names the event, when it names that event', async () => {
    expect((await send({ event_type: 'user.deleted' }, { 'x-aegis-event': 'user.deleted' })).status).toBe(200);
  });
});

describe('without its settings the webhook of Aegis', () => {
  it('answers 503 without a secret, and makes nobody an admin without a list', async () => {
    const bare = await AdminServer.start();
    const call = await deliver(bare, 'aegis', { secret: SECRET, prefix: 'x-aegis', body: VECTOR });
    expect([call.status, call.body]).toEqual([503, { error: 'Webhook handler not configured' }]);
    await bare.close();
    const unlisted = await AdminServer.start({ adminToken: OWNER_TOKEN, env: { AEGIS_WEBHOOK_SECRET: SECRET } });
    const reply = await deliver(unlisted, 'aegis', { secret: SECRET, prefix: 'x-aegis', body: VECTOR });
    expect(reply.body.message).toBe('Email not authorized for admin provisioning');
    await unlisted.close();
  });

  it('keeps the last owner who can log in, without what Aegis vouched for', async () => {
    const alone = await AdminServer.start({ env: { ...ENV, AEGIS_API_URL: 'http://127.0.0.1:9' } });
    await alone.dataSource.manager.clear(AdminTokenEntity);
    const adminId = randomUUID();
    const now = new Date();
    const times = { createdAt: now, updatedAt: now };
    const nothing = { passwordHash: null, totpSecret: null, totpConfirmed: false, totpLastStep: 0 };
    await alone.dataSource.manager.insert(AdminEntity, {
      ...{ adminId, email: 'owner@example.com', role: 'owner' },
      ...nothing,
      ...times,
    });
    const event = async (event_id: string, event_type: string) => {
      const fields = { event_id, event_type, site_uuid: SITE, user_uuid: USER, email: 'owner@example.com' };
      const parts = { secret: SECRET, prefix: 'x-aegis', body: JSON.stringify(fields) };
      return (await deliver(alone, 'aegis', parts)).body;
    };
    expect(await event('1', 'user.verified')).toMatchObject({ admin_id: adminId });
    expect(await event('2', 'user.deleted')).toMatchObject({ message: 'Last owner kept', admin_id: adminId });
    const { admins, admin_identities } = await alone.stored();
    expect([admins?.length, admin_identities]).toEqual([1, []]);
    await alone.close();
  });
});
