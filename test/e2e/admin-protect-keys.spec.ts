import { SecretCipher } from '../../src/secrets/secret-cipher';
import { AdminServer } from '../support/admin-server';

const PATH = '/api/admin/protect-keys';
const GENERATED = { app: 'ios', generate: true };

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.close());

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

describe('protect keys', () => {
  it('are shown once, and masked afterwards', async () => {
    const made = await server.post(PATH, { ...GENERATED, app: ' ios ' });
    expect(made.status).toBe(201);
    const { key, ...view } = made.body;
    expect(key).toMatch(/^gw_protect_[0-9A-Za-z]{38}$/);
    expect(view).toEqual({
      protect_key_id: expect.any(String),
      app: 'ios',
      masked: `${key.slice(0, 8)}…${key.slice(-4)}`,
      expires_at: null,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
      revision: Number(made.headers.get('x-config-revision')),
    });
    const one = `${PATH}/${view.protect_key_id}`;
    for (const path of [one, PATH, `${PATH}?app=ios`]) {
      const { text, status } = await server.get(path);
      expect(status).toBe(200);
      expect(text).toContain(view.protect_key_id);
      expect(text).not.toContain(key);
    }
    expect((await server.get(one)).body).toEqual(view);
    expect((await server.get(`${PATH}?app=android`)).body).toEqual([]);
  });

  it('lie sealed in the database, each in its own place', async () => {
    const { body } = await server.post(PATH, { app: 'sealed', value: 'a-key-of-many-apps' });
    const stored = await server.stored();
    expect(JSON.stringify(stored)).not.toContain('a-key-of-many-apps');
    const rows = stored.protect_keys as { protectKeyId: string; secret: string }[];
    const sealed = rows.find(({ protectKeyId }) => protectKeyId === body.protect_key_id)?.secret ?? '';
    const cipher = server.app.get(SecretCipher);
    expect(cipher.decrypt(sealed, `protect_key:${body.protect_key_id}`)).toBe('a-key-of-many-apps');
    expect(() => cipher.decrypt(sealed, 'protect_key:another')).toThrow();
  });

  it('may be several of one app, but never one of two apps', async () => {
    expect((await server.post(PATH, { app: 'web', value: 'mysharedkey' })).body.masked).toBe('***********');
    expect((await server.post(PATH, { app: 'web', value: 'another-key' })).status).toBe(201);
    const again = await server.post(PATH, { app: 'android', value: 'mysharedkey' });
    expect([again.status, again.body.message]).toEqual([409, 'an app with that key already exists']);
    expect((await server.get(`${PATH}?app=web`)).body).toHaveLength(2);
    const client = { client_name: 'x', shared_secret: { value: 'mysharedkey' } };
    expect((await server.post('/api/admin/clients', client)).status).toBe(201);
  });

  it('change their name and their end, never the key', async () => {
    const { body } = await server.post(PATH, GENERATED);
    const path = `${PATH}/${body.protect_key_id}`;
    const expires_at = inSeconds(60);
    const changed = await server.patch(path, { expires_at });
    expect(changed.body).toMatchObject({ app: 'ios', masked: body.masked, expires_at });
    expect(changed.body.revision).toBeGreaterThan(body.revision);
    expect((await server.put(path, { app: 'iPhone' })).body).toMatchObject({ app: 'iPhone', expires_at: null });
    for (const field of ['key', 'value', 'generate', 'secret']) {
      expect((await server.patch(path, { [field]: 'x' })).status).toBe(400);
    }
    const stale = await server.patch(path, { app: 'x' }, { headers: { 'If-Match': '"1"' } });
    expect(stale.status).toBe(412);
    const current = (await server.get(path)).headers.get('etag') ?? '';
    expect((await server.patch(path, { app: 'x' }, { headers: { 'If-Match': current } })).status).toBe(200);
  });

  it('are rotated with an overlap', async () => {
    const { body: old } = await server.post(PATH, { app: 'rotating', generate: true });
    const rotated = await server.post(`${PATH}/${old.protect_key_id}/rotate`, { overlap_seconds: 60 });
    expect(rotated.status).toBe(201);
    expect(rotated.body).toMatchObject({
      app: 'rotating',
      expires_at: null,
      key: expect.stringMatching(/^gw_protect_/),
    });
    expect(rotated.body.key).not.toBe(old.key);
    const ending = await server.get(`${PATH}/${old.protect_key_id}`);
    expect(Math.abs(ending.body.expires_at - inSeconds(60))).toBeLessThan(10);
    await server.post(`${PATH}/${old.protect_key_id}/rotate`);
    const kept = await server.get(`${PATH}/${old.protect_key_id}`);
    expect(kept.body.expires_at).toBe(ending.body.expires_at);
    await server.post(`${PATH}/${old.protect_key_id}/rotate`, { overlap_seconds: 0 });
    expect((await server.post(`${PATH}/${old.protect_key_id}/rotate`)).status).toBe(409);
  });

  it('are gone when deleted, and may come again', async () => {
    const { body } = await server.post(PATH, { app: 'gone', value: 'a-key-that-goes' });
    const path = `${PATH}/${body.protect_key_id}`;
    const deleted = await server.delete(path);
    expect(deleted.status).toBe(204);
    expect((await server.get(path)).status).toBe(404);
    expect((await server.delete(path)).status).toBe(404);
    expect((await server.post(`${path}/rotate`)).status).toBe(404);
    expect((await server.stored()).tombstones).toContainEqual({
      kind: 'protect_key',
      objectId: body.protect_key_id,
      revision: Number(deleted.headers.get('x-config-revision')),
    });
    expect((await server.post(PATH, { app: 'gone', value: 'a-key-that-goes' })).status).toBe(201);
  });

  it.each([
    [{}, '/app'],
    [{ app: '', generate: true }, '/app'],
    [{ app: 'a\nb', generate: true }, '/app'],
    [{ app: 'x' }, '/generate'],
    [{ app: 'x', generate: true, value: 'y' }, '/generate'],
    [{ app: 'x', generate: false }, '/generate'],
    [{ app: 'x', value: '' }, '/value'],
    [{ app: 'x', value: 'a\u0000b' }, '/value'],
    [{ app: 'x', value: 7 }, '/value'],
    [{ app: 'x', generate: true, expires_at: 'tomorrow' }, '/expires_at'],
    [{ app: 'x', generate: true, clients: [] }, '/clients'],
  ])('refuse %j at %s', async (body, pointer) => {
    const { length } = (await server.get(PATH)).body;
    const refused = await server.post(PATH, body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
    expect((await server.get(PATH)).body).toHaveLength(length);
  });

  it('are no secret of whoever may only read', async () => {
    const { body } = await server.post('/api/admin/admin-tokens', { name: 'reader', role: 'viewer' });
    const asViewer = { token: body.token };
    expect((await server.get(PATH, asViewer)).status).toBe(200);
    expect((await server.post(PATH, GENERATED, asViewer)).status).toBe(403);
    const [first] = (await server.get(PATH)).body;
    expect((await server.post(`${PATH}/${first.protect_key_id}/rotate`, {}, asViewer)).status).toBe(403);
    expect((await server.delete(`${PATH}/${first.protect_key_id}`, asViewer)).status).toBe(403);
    expect((await server.get(PATH, { token: null })).status).toBe(401);
  });
});
