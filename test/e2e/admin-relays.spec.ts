import { ServiceEntity } from '../../src/services/service.entity';
import { SigningKeyEntity } from '../../src/signing-keys/signing-key.entity';
import { AdminServer, type Reply } from '../support/admin-server';

const SECRET = 'your-microservice-generated-secret-keep-this-secure!';
const OTHER_SECRET = 'another-secret-of-the-same-microservice-as-before';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const DAY_SECONDS = 86_400;

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.close());

describe('the relay secret of a service', () => {
  let made = 0;
  const create = async (fields: object = { token_relay: 'resign', relay_secret: SECRET }): Promise<Reply> => {
    made += 1;
    const upstreams = [{ url: 'http://10.0.0.1:8080' }];
    return server.post('/api/admin/services', { name: `relaying-${made}`, upstreams, ...fields });
  };
  const pathOf = ({ body }: Reply) => `/api/admin/services/${body.service_id}`;
  const stored = async ({ body }: Reply) => {
    const row = await server.dataSource.manager.findOneByOrFail(ServiceEntity, { serviceId: body.service_id });
    return row.relaySecret;
  };

  it('is stored sealed and never shown', async () => {
    const service = await create();
    expect(service.status).toBe(201);
    expect(service.body).toMatchObject({ token_relay: 'resign' });
    const replies = [service, await server.get(pathOf(service)), await server.get('/api/admin/services')];
    for (const { text } of replies) expect(text).not.toMatch(/secret/i);
    expect(JSON.stringify(await server.stored())).not.toContain(SECRET);
    expect(await stored(service)).toMatch(/^v1\./);
  });

  it('stays when it is left out of a PUT or PATCH, and is replaced when it is named', async () => {
    const service = await create();
    const before = await stored(service);
    expect((await server.patch(pathOf(service), { retries: 2 })).status).toBe(200);
    expect((await server.put(pathOf(service), (await server.get(pathOf(service))).body)).status).toBe(200);
    expect(await stored(service)).toBe(before);
    expect((await server.patch(pathOf(service), { relay_secret: OTHER_SECRET })).status).toBe(200);
    expect(await stored(service)).not.toBe(before);
  });

  it('goes with the relay that needs it, and does not come back with it', async () => {
    const service = await create();
    expect((await server.patch(pathOf(service), { token_relay: 'pass' })).status).toBe(200);
    expect(await stored(service)).toBeNull();
    const again = await server.patch(pathOf(service), { token_relay: 'resign' });
    expect([again.status, again.body.errors[0].pointer]).toEqual([400, '/relay_secret']);
    expect((await server.patch(pathOf(service), { token_relay: 'resign', relay_secret: SECRET })).status).toBe(200);
  });

  it('cannot be cleared while it is needed', async () => {
    const service = await create();
    const cleared = await server.patch(pathOf(service), { relay_secret: null });
    expect([cleared.status, cleared.body.errors[0].pointer]).toEqual([400, '/relay_secret']);
    const whole = { ...(await server.get(pathOf(service))).body, token_relay: null, relay_secret: null };
    expect((await server.put(pathOf(service), whole)).status).toBe(200);
    expect(await stored(service)).toBeNull();
  });

  it('sent again changes nothing, and takes no revision', async () => {
    const body = { token_relay: 'resign', relay_secret: SECRET };
    const service = await create(body);
    const before = await stored(service);
    const same = await server.patch(pathOf(service), body);
    expect([same.status, same.body]).toEqual([200, service.body]);
    expect(same.headers.get('x-config-revision')).toBe(String(service.body.revision));
    expect(await stored(service)).toBe(before);
    const other = await server.patch(pathOf(service), { relay_secret: OTHER_SECRET });
    expect(other.body.revision).toBe(service.body.revision + 1);
    expect(await stored(service)).not.toBe(before);
  });

  it('may be as short as the one a microservice has', async () => {
    expect((await create({ token_relay: 'resign', relay_secret: 'abc123' })).status).toBe(201);
  });

  it('is not repeated by a refusal', async () => {
    const refused = await create({ token_relay: 'assertion', relay_secret: SECRET });
    expect(refused.status).toBe(400);
    expect(refused.text).not.toContain(SECRET);
  });
});

describe('signing keys', () => {
  const PATH = '/api/admin/signing-keys';
  const now = () => Math.floor(Date.now() / 1000);
  const all = async () => (await server.get(PATH)).body as Record<string, unknown>[];
  const rotate = (body?: object) => server.post(`${PATH}/rotate`, body ?? {});
  const keyOf = async (kid: string) => (await server.get(`${PATH}/${kid}`)).body;

  beforeEach(() => server.dataSource.manager.clear(SigningKeyEntity));

  it('are made by rotation, Ed25519 unless told otherwise, and signing after ten minutes', async () => {
    const made = await rotate();
    expect(made.status).toBe(201);
    expect(made.headers.get('x-config-revision')).toBe(String(made.body.revision));
    expect(made.body).toEqual({
      kid: expect.stringMatching(UUID),
      algorithm: 'EdDSA',
      activates_at: expect.any(Number),
      retires_at: null,
      created_at: expect.any(Number),
      revision: expect.any(Number),
    });
    expect(Math.abs(made.body.activates_at - now() - 600)).toBeLessThan(10);
    expect(await all()).toEqual([made.body]);
    expect(await keyOf(made.body.kid)).toEqual(made.body);
  });

  it('are never shown or stored in the open', async () => {
    const texts = [(await rotate()).text, (await rotate({ algorithm: 'ES256' })).text, (await server.get(PATH)).text];
    for (const text of texts) expect(text).not.toMatch(/private|"d"|PRIVATE KEY|v1\./);
    const rows = await server.dataSource.manager.find(SigningKeyEntity);
    for (const { privateKey } of rows) expect(privateKey).toMatch(/^v1\.[0-9a-f]{8}\./);
  });

  it('keep their kind through a rotation, and keep verifying for a day after they are followed', async () => {
    const first = await rotate({ algorithm: 'ES256', activation_delay_seconds: 0 });
    const second = await rotate({ activation_delay_seconds: 60 });
    expect(second.body).toMatchObject({ algorithm: 'ES256', retires_at: null });
    expect(await keyOf(first.body.kid)).toMatchObject({ retires_at: second.body.activates_at + DAY_SECONDS });
    const third = await rotate({ algorithm: 'EdDSA', activation_delay_seconds: 120, overlap_seconds: 300 });
    expect(third.body.algorithm).toBe('EdDSA');
    expect(await keyOf(first.body.kid)).toMatchObject({ retires_at: third.body.activates_at + 300 });
    expect(await keyOf(second.body.kid)).toMatchObject({ retires_at: third.body.activates_at + 300 });
  });

  it('are not waited for once another signs before them', async () => {
    const signing = await rotate({ activation_delay_seconds: 0 });
    const waiting = await rotate({ activation_delay_seconds: DAY_SECONDS });
    const urgent = await rotate({ activation_delay_seconds: 0, overlap_seconds: 120 });
    expect((await all()).map(({ kid }) => kid).sort()).toEqual([signing.body.kid, urgent.body.kid].sort());
    expect((await server.get(`${PATH}/${waiting.body.kid}`)).status).toBe(404);
    expect((await keyOf(signing.body.kid)).retires_at).toBe(urgent.body.activates_at + 120);
  });

  it('that have ended are cleared away by the next rotation', async () => {
    const ended = await rotate({ activation_delay_seconds: 0 });
    await server.dataSource.manager.update(SigningKeyEntity, { kid: ended.body.kid }, { retiresAt: new Date() });
    const next = await rotate();
    expect((await all()).map(({ kid }) => kid)).toEqual([next.body.kid]);
  });

  it('that signs and is deleted is followed at once by one of its kind', async () => {
    const { body } = await rotate({ algorithm: 'ES256', activation_delay_seconds: 0 });
    expect((await server.delete(`${PATH}/${body.kid}`)).status).toBe(204);
    const [follower, ...more] = await all();
    expect(more).toEqual([]);
    expect(follower).toMatchObject({ algorithm: 'ES256', retires_at: null });
    expect(follower?.kid).not.toBe(body.kid);
    expect(follower?.activates_at).toBeLessThanOrEqual(now() + 1);
  });

  it('that signs and is deleted is not followed by the one it followed', async () => {
    const old = await rotate({ activation_delay_seconds: 0 });
    const signing = await rotate({ activation_delay_seconds: 0 });
    expect((await server.delete(`${PATH}/${signing.body.kid}`)).status).toBe(204);
    const [kept, follower] = await all();
    expect([kept?.kid, kept?.retires_at]).toEqual([old.body.kid, signing.body.activates_at + DAY_SECONDS]);
    expect([follower?.retires_at, Number(follower?.activates_at) <= now() + 1]).toEqual([null, true]);
  });

  it('that waits and is deleted calls its rotation off', async () => {
    const signing = await rotate({ activation_delay_seconds: 0 });
    const waiting = await rotate();
    expect((await server.delete(`${PATH}/${waiting.body.kid}`)).status).toBe(204);
    expect((await all()).map(({ kid, retires_at }) => [kid, retires_at])).toEqual([[signing.body.kid, null]]);
  });

  it('that only verifies and is deleted is missed by nobody', async () => {
    const old = await rotate({ activation_delay_seconds: 0 });
    const signing = await rotate({ activation_delay_seconds: 0 });
    expect((await server.delete(`${PATH}/${old.body.kid}`)).status).toBe(204);
    expect((await all()).map(({ kid, retires_at }) => [kid, retires_at])).toEqual([[signing.body.kid, null]]);
  });

  it('are deleted only as they were read, and once', async () => {
    const { body } = await rotate();
    const path = `${PATH}/${body.kid}`;
    const stale = await server.delete(path, { headers: { 'if-match': `"${body.revision - 1}"` } });
    expect(stale.status).toBe(412);
    expect((await server.delete(path, { headers: { 'if-match': `"${body.revision}"` } })).status).toBe(204);
    expect((await server.delete(path)).status).toBe(404);
    expect((await server.delete(`${PATH}/no-uuid`)).status).toBe(404);
  });

  it('are for viewers to see and for owners to change', async () => {
    const { body } = await rotate();
    for (const [role, expected] of Object.entries({ viewer: [200, 403, 403], operator: [200, 403, 403] })) {
      const { token } = (await server.post('/api/admin/admin-tokens', { name: role, role })).body;
      const replies = [
        await server.get(PATH, { token }),
        await server.post(`${PATH}/rotate`, {}, { token }),
        await server.delete(`${PATH}/${body.kid}`, { token }),
      ];
      expect(replies.map(({ status }) => status)).toEqual(expected);
    }
  });
});
