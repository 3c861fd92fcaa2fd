import { digestApiKey } from '../../src/core/credentials/api-key';
import { SecretCipher } from '../../src/secrets/secret-cipher';
import { SecretKeys } from '../../src/secrets/secret-keys';
import { AdminServer } from '../support/admin-server';

const DAY = 86_400;
const GENERATE = { generate: true };
const FINGERPRINT = '0123456789abcdef'.repeat(4);

let server: AdminServer;
beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.close());

async function aClient(body: object = {}) {
  const { body: client } = await server.post('/api/admin/clients', { client_name: 'A client', ...body });
  return { client, path: `/api/admin/clients/${client.client_id}` };
}

describe('clients', () => {
  it('show the secrets they are made with, once', async () => {
    const made = await server.post('/api/admin/clients', {
      client_name: ' Mobile app ',
      api_key: GENERATE,
      shared_secret: { value: 'hmac-shared-secret-xyz' },
    });
    expect(made.status).toBe(201);
    const { api_key, shared_secret, ...view } = made.body;
    expect(api_key).toMatch(/^gw_live_[0-9A-Za-z]{38}$/);
    expect(shared_secret).toBe('hmac-shared-secret-xyz');
    expect(view).toMatchObject({ client_name: 'Mobile app', status: 'active', alias: null, tenant: null });
    expect(view.api_key_masked).toBe(`${api_key.slice(0, 8)}…${api_key.slice(-4)}`);
    expect(view.credentials.map((credential: { kind: string }) => credential.kind).sort()).toEqual([
      'api_key',
      'hmac_secret',
    ]);
    const path = `/api/admin/clients/${view.client_id}`;
    for (const later of ['/api/admin/clients', path, `${path}/credentials`]) {
      const { status, text } = await server.get(later);
      expect(status).toBe(200);
      expect(text).not.toContain(api_key);
      expect(text).not.toContain(shared_secret);
    }
    expect((await server.get(path)).body).toEqual(view);
  });

  it('keep API keys as a keyed digest and shared secrets encrypted', async () => {
    const { client } = await aClient({ api_key: GENERATE, shared_secret: GENERATE });
    const stored = await server.stored();
    const text = JSON.stringify(stored);
    expect(text).not.toContain(client.api_key);
    expect(text).not.toContain(client.shared_secret);
    const pepper = server.app.get(SecretKeys).apiKeyPepper;
    expect(text).toContain(digestApiKey(client.api_key, pepper));
    const sealed = (stored.credentials as { secret: string | null; credentialId: string; clientId: string }[]).find(
      (row) => row.clientId === client.client_id && row.secret,
    );
    const opened = server.app.get(SecretCipher).decrypt(sealed?.secret ?? '', `credential:${sealed?.credentialId}`);
    expect(opened).toBe(client.shared_secret);
  });

  it('change as the predecessor changed them', async () => {
    const { path } = await aClient();
    const changed = await server.put(path, { client_name: 'Renamed', status: 'suspended' });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ client_name: 'Renamed', status: 'suspended', api_key_masked: '' });
    expect((await server.put(path, { client_name: 'No status' })).body.errors).toEqual([
      expect.objectContaining({ pointer: '/status' }),
    ]);
    expect((await server.get(path)).body.status).toBe('suspended');
  });

  it('stay revoked', async () => {
    const { path } = await aClient();
    expect((await server.patch(path, { status: 'revoked' })).body.status).toBe('revoked');
    expect((await server.patch(path, { client_name: 'Still revoked' })).status).toBe(200);
    for (const status of ['active', 'suspended']) {
      expect((await server.patch(path, { status })).status).toBe(409);
      expect((await server.put(path, { client_name: 'x', status })).status).toBe(409);
    }
    expect((await server.get(path)).body).toMatchObject({ client_name: 'Still revoked', status: 'revoked' });
  });

  it('have an alias of their own that cannot be another client’s id', async () => {
    const { client } = await aClient({ alias: 'legacy-7' });
    expect((await server.post('/api/admin/clients', { client_name: 'x', alias: 'legacy-7' })).status).toBe(409);
    const thief = await server.post('/api/admin/clients', { client_name: 'x', alias: client.client_id });
    expect([thief.status, thief.body.errors[0].pointer]).toEqual([400, '/alias']);
  });

  it('share no secret', async () => {
    await aClient({ api_key: { value: 'imported-key-1' }, shared_secret: { value: 'imported-secret-1' } });
    const sameKey = await server.post('/api/admin/clients', { client_name: 'k', api_key: { value: 'imported-key-1' } });
    expect([sameKey.status, sameKey.body.message]).toEqual([409, 'a client with that api_key already exists']);
    const secret = { value: 'imported-secret-1' };
    const sameSecret = await server.post('/api/admin/clients', { client_name: 's', shared_secret: secret });
    expect([sameSecret.status, sameSecret.body.message]).toEqual([
      409,
      'a client with that shared_secret already exists',
    ]);
    const clients = await server.get('/api/admin/clients?client_name=k');
    expect(clients.body).toEqual([]);
  });
});

describe('credentials', () => {
  it('are added, listed and revoked', async () => {
    const { path } = await aClient();
    const expires_at = Math.floor(Date.now() / 1000) + DAY;
    const sent = { kind: 'api_key', name: '2026', generate: true, expires_at };
    const made = await server.post(`${path}/credentials`, sent);
    expect(made.status).toBe(201);
    const { secret, ...view } = made.body;
    expect(secret).toMatch(/^gw_live_/);
    expect(view).toMatchObject({ kind: 'api_key', name: '2026', expires_at, last_used_at: null, revoked_at: null });
    const one = `${path}/credentials/${view.credential_id}`;
    expect((await server.get(one)).body).toEqual(view);
    expect((await server.get(`${path}/credentials`)).body).toEqual([view]);
    expect((await server.delete(one)).status).toBe(204);
    expect((await server.get(one)).body.revoked_at).toEqual(expect.any(Number));
    expect((await server.get(path)).body.api_key_masked).toBe('');
    expect((await server.post(`${one}/rotate`)).status).toBe(409);
    const back = await server.post(`${path}/credentials`, { kind: 'api_key', value: secret });
    expect(back.status).toBe(409);
  });

  it('lose their sealed secret when revoked', async () => {
    const { client, path } = await aClient({ shared_secret: GENERATE });
    const [credential] = client.credentials;
    await server.delete(`${path}/credentials/${credential.credential_id}`);
    expect((await server.stored()).credentials).toContainEqual(
      expect.objectContaining({ credentialId: credential.credential_id, secret: null, revokedAt: expect.any(Date) }),
    );
  });

  it('can be imported by the SHA-256 of a key nobody shows us', async () => {
    const { path } = await aClient();
    const sha256 = 'AB'.repeat(32);
    const made = await server.post(`${path}/credentials`, { kind: 'api_key', sha256 });
    expect(made.body).toMatchObject({ secret: null, masked: 'sha256:abababab…' });
  });

  it('are rotated with an overlap', async () => {
    const { client, path } = await aClient({ api_key: GENERATE });
    const [old] = client.credentials;
    const rotated = await server.post(`${path}/credentials/${old.credential_id}/rotate`, { overlap_seconds: 60 });
    expect(rotated.status).toBe(201);
    expect(rotated.body).toMatchObject({ kind: 'api_key', expires_at: null });
    expect(rotated.body.secret).not.toBe(client.api_key);
    const { body } = await server.get(`${path}/credentials/${old.credential_id}`);
    expect(Math.abs(body.expires_at - (Date.now() / 1000 + 60))).toBeLessThan(10);
    const again = await server.post(`${path}/credentials/${old.credential_id}/rotate`, { overlap_seconds: DAY });
    expect(again.status).toBe(201);
    const kept = await server.get(`${path}/credentials/${old.credential_id}`);
    expect(kept.body.expires_at).toBe(body.expires_at);
  });

  it('change the revision of their client', async () => {
    const { client, path } = await aClient({ api_key: GENERATE });
    const made = await server.post(`${path}/credentials`, { kind: 'hmac_secret', generate: true });
    const revision = Number(made.headers.get('x-config-revision'));
    expect(revision).toBeGreaterThan(client.revision);
    expect((await server.get(path)).body.revision).toBe(revision);
    expect((await server.stored()).clients).toContainEqual(
      expect.objectContaining({ clientId: client.client_id, aggregateRevision: revision }),
    );
  });

  it('belong to one client only', async () => {
    const { client } = await aClient({ api_key: GENERATE });
    const { path } = await aClient();
    const stranger = `${path}/credentials/${client.credentials[0].credential_id}`;
    expect((await server.get(stranger)).status).toBe(404);
    expect((await server.delete(stranger)).status).toBe(404);
    expect((await server.post(`${stranger}/rotate`)).status).toBe(404);
  });

  describe('of kind certificate', () => {
    it.each([
      [{ fingerprint_sha256: FINGERPRINT.toUpperCase() }, { fingerprint_sha256: FINGERPRINT, masked: FINGERPRINT }],
      [{ fingerprint_sha256: FINGERPRINT.match(/../g)?.join(':') }, { fingerprint_sha256: FINGERPRINT }],
      [{ san_uri: 'spiffe://corp.test/ns/a/sa/b' }, { san_uri: 'spiffe://corp.test/ns/a/sa/b' }],
      [{ san_uri: 'https://a.test/x?y' }, { san_uri: 'https://a.test/x?y', masked: 'https://a.test/x?y' }],
      [{ subject: ' cn = web , o=Corp' }, { subject: 'CN=web,O=Corp', masked: 'CN=web,O=Corp' }],
    ])('is made from %j, with nothing secret', async (mark, shown) => {
      const { path, client } = await aClient();
      const made = await server.post(`${path}/credentials`, { kind: 'certificate', name: 'laptop', ...mark });
      expect(made.status).toBe(201);
      expect(made.body).toMatchObject({ kind: 'certificate', name: 'laptop', secret: null, ...shown });
      const read = await server.get(`${path}/credentials/${made.body.credential_id}`);
      const { secret, ...view } = made.body;
      expect(read.body).toEqual(view);
      expect(Object.keys(view).filter((key) => key in { fingerprint_sha256: 1, san_uri: 1, subject: 1 })).toHaveLength(
        1,
      );
      expect((await server.stored()).credentials).toContainEqual(
        expect.objectContaining({ clientId: client.client_id, kind: 'certificate', secret: null }),
      );
      expect((await server.delete(path)).status).toBe(204);
    });

    it('is shortened where its whole text would be too long', async () => {
      const { path } = await aClient();
      const san_uri = `spiffe://corp.test/${'a'.repeat(2000)}/z`;
      const made = await server.post(`${path}/credentials`, { kind: 'certificate', san_uri });
      expect(made.body).toMatchObject({ san_uri, masked: expect.stringMatching(/^spiffe:\/\/corp\.test\/a+…a+\/z$/) });
    });

    it('belongs to one client, however it is written', async () => {
      const [{ path }, { path: other }] = [await aClient(), await aClient()];
      const first = await server.post(`${path}/credentials`, { kind: 'certificate', subject: 'CN=one,O=Corp' });
      expect(first.status).toBe(201);
      const again = { kind: 'certificate', subject: '2.5.4.3=one, o = Corp' };
      expect((await server.post(`${path}/credentials`, again)).status).toBe(409);
      expect((await server.post(`${other}/credentials`, again)).status).toBe(409);
    });

    it('may be given to another client once it was revoked, which takes it from the first', async () => {
      const [{ path }, { path: other }] = [await aClient(), await aClient()];
      const wish = { kind: 'certificate', san_uri: 'spiffe://corp.test/moving' };
      const first = await server.post(`${path}/credentials`, wish);
      expect((await server.delete(`${path}/credentials/${first.body.credential_id}`)).status).toBe(204);
      const listed = await server.get(`${path}/credentials`);
      expect(listed.body).toEqual([expect.objectContaining({ san_uri: wish.san_uri, revoked_at: expect.any(Number) })]);
      const second = await server.post(`${other}/credentials`, wish);
      expect(second.status).toBe(201);
      expect((await server.get(`${path}/credentials`)).body).toEqual([]);
      const revision = Number(second.headers.get('x-config-revision'));
      expect((await server.get(path)).body.revision).toBe(revision);
      expect((await server.post(`${path}/credentials`, wish)).status).toBe(409);
    });

    it('may be given again once it has expired', async () => {
      const { path } = await aClient();
      const wish = { kind: 'certificate', san_uri: 'spiffe://corp.test/expiring' };
      expect((await server.post(`${path}/credentials`, { ...wish, expires_at: 1 })).status).toBe(201);
      expect((await server.post(`${path}/credentials`, wish)).status).toBe(201);
      expect((await server.get(`${path}/credentials`)).body).toEqual([expect.objectContaining({ expires_at: null })]);
    });

    it('cannot be rotated, and the refusal names what to do', async () => {
      const { path } = await aClient();
      const made = await server.post(`${path}/credentials`, { kind: 'certificate', subject: 'CN=fixed' });
      const refused = await server.post(`${path}/credentials/${made.body.credential_id}/rotate`);
      expect(refused.status).toBe(400);
      expect(refused.body.detail).toMatch(/add the new one as a further credential/);
    });
  });

  it.each([
    [{ kind: 'api_key' }, '/generate'],
    [{ kind: 'api_key', generate: true, value: 'x' }, '/generate'],
    [{ kind: 'api_key', generate: false }, '/generate'],
    [{ kind: 'api_key', value: 'has space' }, '/value'],
    [{ kind: 'api_key', value: `gw_live_${'a'.repeat(38)}` }, '/value'],
    [{ kind: 'api_key', sha256: 'xyz' }, '/sha256'],
    [{ kind: 'hmac_secret', sha256: 'ab'.repeat(32) }, '/sha256'],
    [{ kind: 'hmac_secret', value: '' }, '/value'],
    [{ kind: 'certificate' }, '/fingerprint_sha256'],
    [{ kind: 'certificate', fingerprint_sha256: 'ab' }, '/fingerprint_sha256'],
    [{ kind: 'certificate', fingerprint_sha256: `${FINGERPRINT}0` }, '/fingerprint_sha256'],
    [{ kind: 'certificate', fingerprint_sha256: FINGERPRINT, subject: 'CN=x' }, '/fingerprint_sha256'],
    [{ kind: 'certificate', generate: true }, '/generate'],
    [{ kind: 'certificate', fingerprint_sha256: FINGERPRINT, value: 'x' }, '/value'],
    [{ kind: 'certificate', fingerprint_sha256: FINGERPRINT, sha256: FINGERPRINT }, '/sha256'],
    [{ kind: 'certificate', san_uri: 'no uri' }, '/san_uri'],
    [{ kind: 'certificate', san_uri: 'corp.test/web' }, '/san_uri'],
    [{ kind: 'certificate', san_uri: 'spiffe://corp.test' }, '/san_uri'],
    [{ kind: 'certificate', san_uri: 'spiffe://corp.test/' }, '/san_uri'],
    [{ kind: 'certificate', san_uri: 'spiffe://Corp.test/web' }, '/san_uri'],
    [{ kind: 'certificate', san_uri: 'SPIFFE://corp.test/web' }, '/san_uri'],
    [{ kind: 'certificate', san_uri: 'spiffe://corp.test/web/../admin' }, '/san_uri'],
    [{ kind: 'certificate', san_uri: 'spiffe://corp.test/web?x' }, '/san_uri'],
    [{ kind: 'certificate', san_uri: 'spiffe://u@corp.test/web' }, '/san_uri'],
    [{ kind: 'certificate', subject: 'web' }, '/subject'],
    [{ kind: 'certificate', subject: '/CN=web' }, '/subject'],
    [{ kind: 'certificate', subject: '' }, '/subject'],
    [{ kind: 'api_key', generate: true, fingerprint_sha256: FINGERPRINT }, '/fingerprint_sha256'],
    [{ kind: 'hmac_secret', generate: true, san_uri: 'spiffe://corp.test/web' }, '/san_uri'],
    [{ kind: 'api_key', subject: 'CN=x' }, '/subject'],
    [{ kind: 'password', generate: true }, '/kind'],
    [{ kind: 'api_key', generate: true, expires_at: '2030-01-01' }, '/expires_at'],
    [{ kind: 'api_key', generate: true, expires_at: 1e15 }, '/expires_at'],
  ])('refuses %j at %s', async (body, pointer) => {
    const { path } = await aClient();
    const refused = await server.post(`${path}/credentials`, body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect((await server.get(`${path}/credentials`)).body).toEqual([]);
  });
});
