import { EVENT_TYPES } from '../../src/database/event-type';
import { AdminServer } from '../support/admin-server';

const PATH = '/api/admin/webhooks';
const WEBHOOK = { url: 'https://hooks.example.com/x?y=1', events: ['client.suspended', 'key.rotated'] };
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.close());

describe('webhooks', () => {
  it('show their secret once, and lie sealed in the database', async () => {
    const made = await server.post(PATH, WEBHOOK);
    expect(made.status).toBe(201);
    const { secret, ...view } = made.body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(view).toEqual({
      ...WEBHOOK,
      webhook_id: expect.any(String),
      enabled: true,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
      revision: Number(made.headers.get('x-config-revision')),
    });
    const one = `${PATH}/${view.webhook_id}`;
    expect((await server.get(one)).body).toEqual(view);
    expect((await server.get(PATH)).body).toContainEqual(view);
    const rotated = await server.post(`${one}/rotate`, { overlap_seconds: 60 });
    expect([rotated.status, rotated.body.webhook_id]).toEqual([201, view.webhook_id]);
    expect(rotated.body.secret).not.toBe(secret);
    const stored = JSON.stringify(await server.stored());
    for (const known of [secret, rotated.body.secret]) {
      expect(stored).not.toContain(known);
      expect(stored).not.toContain(known.slice('whsec_'.length));
      expect((await server.get(one)).text).not.toContain(known);
    }
  });

  it('are changed, honour If-Match, and go', async () => {
    const { body, headers } = await server.post(PATH, WEBHOOK);
    const path = `${PATH}/${body.webhook_id}`;
    const patched = await server.patch(path, { enabled: false, events: ['admin.login', 'admin.login'] });
    expect(patched.body).toMatchObject({ url: WEBHOOK.url, enabled: false, events: ['admin.login'] });
    expect(Number(patched.headers.get('x-config-revision'))).toBe(patched.body.revision);
    const stale = { headers: { 'if-match': headers.get('etag') ?? '' } };
    expect((await server.patch(path, { enabled: true }, stale)).status).toBe(412);
    expect((await server.delete(path, stale)).status).toBe(412);
    expect((await server.put(path, WEBHOOK)).body).toMatchObject({ ...WEBHOOK, enabled: true });
    expect((await server.delete(path)).status).toBe(204);
    expect((await server.get(path)).status).toBe(404);
    expect((await server.get(`${path}/deliveries`)).status).toBe(404);
    expect((await server.post(`${path}/rotate`)).status).toBe(404);
  });

  it.each<[object, string]>([
    [{}, '/url'],
    [{ ...WEBHOOK, url: null }, '/url'],
    [{ ...WEBHOOK, url: 7 }, '/url'],
    [{ ...WEBHOOK, url: ['https://x'] }, '/url'],
    [{ ...WEBHOOK, url: '' }, '/url'],
    [{ ...WEBHOOK, url: 'hooks.example.com' }, '/url'],
    [{ ...WEBHOOK, url: 'ftp://hooks.example.com' }, '/url'],
    [{ ...WEBHOOK, url: 'file:///etc/passwd' }, '/url'],
    [{ ...WEBHOOK, url: 'https://user:password@hooks.example.com' }, '/url'],
    [{ ...WEBHOOK, url: 'https://hooks.example.com/#x' }, '/url'],
    [{ ...WEBHOOK, url: 'https://hooks.example.com/\u0000' }, '/url'],
    [{ ...WEBHOOK, url: 'https://hooks.example.com/\r\nx: y' }, '/url'],
    [{ ...WEBHOOK, url: 'https://hooks.example.com/\ud800' }, '/url'],
    [{ ...WEBHOOK, url: `https://hooks.example.com/${'x'.repeat(2048)}` }, '/url'],
    [{ ...WEBHOOK, url: 'http://127.0.0.1:8081/api/admin' }, '/url'],
    [{ ...WEBHOOK, url: 'http://[::ffff:10.0.0.1]/' }, '/url'],
    [{ ...WEBHOOK, url: 'http://0x7f000001/' }, '/url'],
    [{ ...WEBHOOK, url: 'http://169.254.169.254/latest' }, '/url'],
    [{ ...WEBHOOK, events: [] }, '/events'],
    [{ ...WEBHOOK, events: 'client.created' }, '/events'],
    [{ ...WEBHOOK, events: {} }, '/events'],
    [{ ...WEBHOOK, events: ['client.born'] }, '/events/0'],
    [{ ...WEBHOOK, events: ['__proto__'] }, '/events/0'],
    [{ ...WEBHOOK, events: [null] }, '/events/0'],
    [{ ...WEBHOOK, enabled: 'yes' }, '/enabled'],
    [{ ...WEBHOOK, secret: 'whsec_x' }, '/secret'],
    [{ ...WEBHOOK, webhook_id: UNKNOWN_ID }, '/webhook_id'],
  ])('refuse %j at %s', async (body, pointer) => {
    const { length } = (await server.get(PATH)).body;
    const refused = await server.post(PATH, body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect((await server.get(PATH)).body).toHaveLength(length);
  });

  it('name what would be accepted instead', async () => {
    const unknown = await server.post(PATH, { ...WEBHOOK, events: ['client.born'] });
    for (const type of EVENT_TYPES) expect(unknown.body.detail).toContain(type);
    const inside = await server.post(PATH, { ...WEBHOOK, url: 'http://10.0.0.1/' });
    expect(inside.body.detail).toContain('WEBHOOK_ALLOWED_ADDRESSES');
    const { body } = await server.post(PATH, WEBHOOK);
    const moved = await server.patch(`${PATH}/${body.webhook_id}`, { url: 'http://10.0.0.1/' });
    expect([moved.status, moved.body.errors[0].pointer]).toEqual([400, '/url']);
    expect((await server.get(`${PATH}/${body.webhook_id}`)).body.url).toBe(WEBHOOK.url);
  });

  it.each([{ overlap_seconds: -1 }, { overlap_seconds: '1' }, { overlap: 1 }])(
    'refuse a rotation with %j',
    async (body) => {
      const { webhook_id } = (await server.post(PATH, WEBHOOK)).body;
      expect((await server.post(`${PATH}/${webhook_id}/rotate`, body)).status).toBe(400);
    },
  );

  it.each(['status=lost', 'type=client.born', 'type=__proto__', 'limit=0', 'cursor=x', 'event_id=x'])(
    'refuse deliveries by ?%s',
    async (query) => {
      const { webhook_id } = (await server.post(PATH, WEBHOOK)).body;
      expect((await server.get(`${PATH}/${webhook_id}/deliveries`)).body).toEqual([]);
      expect((await server.get(`${PATH}/${webhook_id}/deliveries?${query}`)).status).toBe(400);
    },
  );

  it('answer 404 to ids that name nothing', async () => {
    const { webhook_id } = (await server.post(PATH, WEBHOOK)).body;
    for (const id of [UNKNOWN_ID, 'not-a-uuid', '%00', 'x'.repeat(3000)]) {
      for (const path of [`${PATH}/${id}`, `${PATH}/${id}/deliveries`])
        expect((await server.get(path)).status).toBe(404);
      for (const path of [`${PATH}/${id}/rotate`, `${PATH}/${webhook_id}/deliveries/${id}/resend`]) {
        expect((await server.post(path)).status).toBe(404);
      }
    }
  });

  it('are read by viewers and written by operators', async () => {
    const { webhook_id } = (await server.post(PATH, WEBHOOK)).body;
    const tokenOf = async (role: string) =>
      (await server.post('/api/admin/admin-tokens', { name: role, role })).body.token as string;
    const asViewer = { token: await tokenOf('viewer') };
    const asOperator = { token: await tokenOf('operator') };
    const one = `${PATH}/${webhook_id}`;
    for (const path of [PATH, one, `${one}/deliveries`]) {
      expect((await server.get(path, asViewer)).status).toBe(200);
      expect((await server.get(path, { token: null })).status).toBe(401);
    }
    const writes = (options: { token: string }) => [
      () => server.post(PATH, WEBHOOK, options),
      () => server.put(one, WEBHOOK, options),
      () => server.patch(one, { enabled: true }, options),
      () => server.post(`${one}/rotate`, {}, options),
      () => server.post(`${one}/deliveries/${UNKNOWN_ID}/resend`, undefined, options),
      () => server.delete(one, options),
    ];
    const statuses: number[] = [];
    for (const write of [...writes(asViewer), ...writes(asOperator)]) statuses.push((await write()).status);
    expect(statuses).toEqual([403, 403, 403, 403, 403, 403, 201, 200, 200, 201, 404, 204]);
  });
});
