import { Secret, TOTP } from 'otpauth';
import { AdminEntity } from '../../src/admins/admin.entity';
import { AdminServer } from '../support/admin-server';
import { ADMIN_SERVER, anAdmin, aSession, logIn, PASSWORD } from '../support/admins';

const PATH = '/api/admin/me/totp';
const STEP_MS = 30_000;

let server: AdminServer;
beforeAll(async () => {
  // Codes are made and checked in the middle of one time-step, or a test would be about another one.
  jest.spyOn(Date, 'now').mockReturnValue(Math.floor(Date.now() / STEP_MS) * STEP_MS + STEP_MS / 2);
  server = await AdminServer.start(ADMIN_SERVER);
});
afterAll(async () => {
  await server?.close();
  jest.restoreAllMocks();
});

const codeOf = (secret: string, steps = 0) =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + steps * STEP_MS });

/** An admin whose second factor is in use: confirmed by the code of the last time-step, so that this one's is unused. */
async function anAdminWithTotp(email: string) {
  const id = await anAdmin(server, email, 'viewer');
  const token = await aSession(server, email);
  const { secret } = (await server.post(PATH, undefined, { token })).body;
  const confirmed = await server.post(`${PATH}/confirm`, { code: codeOf(secret, -1) }, { token });
  if (confirmed.status !== 204) throw new Error(confirmed.text);
  return { id, token, secret };
}

describe('a second factor', () => {
  it('waits for its first code, is sealed, and is shown once', async () => {
    const email = 'enrols@example.com';
    const id = await anAdmin(server, email, 'viewer');
    const token = await aSession(server, email);
    const begun = await server.post(PATH, undefined, { token });
    expect(begun.status).toBe(201);
    expect(begun.body).toEqual({
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      otpauth_url: expect.stringContaining('otpauth://totp/gatewarden:enrols%40example.com?'),
    });
    const url = new URL(begun.body.otpauth_url).searchParams;
    expect([url.get('secret'), url.get('digits'), url.get('period')]).toEqual([begun.body.secret, '6', '30']);
    expect(JSON.stringify(await server.stored())).not.toContain(begun.body.secret);
    expect((await logIn(server, { email })).status).toBe(200);
    const wrong = await server.post(`${PATH}/confirm`, { code: codeOf(begun.body.secret, 5) }, { token });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, '/code']);
    expect((await server.get('/api/admin/me', { token })).body.totp_enabled).toBe(false);
    const code = codeOf(begun.body.secret);
    expect((await server.post(`${PATH}/confirm`, { code }, { token })).status).toBe(204);
    expect((await server.get(`/api/admin/admins/${id}`)).body.totp_enabled).toBe(true);
    expect((await server.post(PATH, undefined, { token })).status).toBe(409);
    expect((await server.post(`${PATH}/confirm`, { code }, { token })).status).toBe(409);
  });

  it('is asked for only once the password is right', async () => {
    const email = 'asked@example.com';
    const { secret } = await anAdminWithTotp(email);
    const missing = await logIn(server, { email });
    expect(missing.status).toBe(401);
    expect(missing.body).toMatchObject({ code: 'credentials_missing', detail: expect.stringContaining('code') });
    const wrongPassword = await logIn(server, { email, password: 'wrong password', code: codeOf(secret) });
    const wrongCode = await logIn(server, { email, code: codeOf(secret, 7) });
    for (const { status, body } of [wrongPassword, wrongCode]) {
      expect([status, body.detail]).toEqual([401, 'the e-mail address, the password or the code is wrong']);
    }
    expect((await logIn(server, { email, code: codeOf(secret) })).status).toBe(200);
  });

  it('takes each code once, and none that is older than the last', async () => {
    const email = 'replays@example.com';
    const { secret } = await anAdminWithTotp(email);
    const body = { email, code: codeOf(secret) };
    const together = await Promise.all([logIn(server, body), logIn(server, body), logIn(server, body)]);
    expect(together.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect((await logIn(server, { email, code: codeOf(secret, 1) })).status).toBe(200);
    for (const steps of [-1, 0, 1]) {
      expect((await logIn(server, { email, code: codeOf(secret, steps) })).status).toBe(401);
    }
  });

  it('is guessed no faster from many addresses', async () => {
    const email = 'guessed@example.com';
    const { secret } = await anAdminWithTotp(email);
    const guesses = Array.from({ length: 12 }, () => logIn(server, { email, code: codeOf(secret, 9) }));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses).toContain(429);
    expect((await logIn(server, { email, password: 'wrong password' })).status).toBe(401);
  });

  it('goes with a code, or by an owner', async () => {
    const email = 'leaves@example.com';
    const { secret, token, id } = await anAdminWithTotp(email);
    const remove = (body: unknown) => server.call('DELETE', PATH, body, { token });
    for (const body of [
      {},
      { code: '12345' },
      { code: 123456 },
      { code: '__proto__' },
      { code: ['123456'] },
      undefined,
    ]) {
      expect((await remove(body)).status).toBe(400);
    }
    expect((await remove({ code: codeOf(secret, 4) })).status).toBe(400);
    expect((await remove({ code: codeOf(secret) })).status).toBe(204);
    expect((await remove({ code: codeOf(secret, 1) })).status).toBe(409);
    expect((await logIn(server, { email })).status).toBe(200);
    await server.post(PATH, undefined, { token });
    const stored = () => server.dataSource.getRepository(AdminEntity).findOneByOrFail({ adminId: id });
    expect((await stored()).totpSecret).not.toBeNull();
    expect((await server.delete(`/api/admin/admins/${id}/totp`)).status).toBe(204);
    expect((await stored()).totpSecret).toBeNull();
    const lost = await anAdminWithTotp('lost@example.com');
    expect((await server.delete(`/api/admin/admins/${lost.id}/totp`)).status).toBe(204);
    expect((await logIn(server, { email: 'lost@example.com', password: PASSWORD })).status).toBe(200);
  });
});
