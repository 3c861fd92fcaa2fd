import { OneTimeTokenEntity } from '../../src/auth/one-time-token.entity';
import { Gateway } from '../support/gateway';
import { MailServer, tokenOf } from '../support/mail-server';
import { FOR_PEOPLE, PASSWORD, People } from '../support/people';

let server: MailServer;
let gateway: Gateway;
let people: People;
beforeAll(async () => {
  server = await MailServer.start();
  gateway = await Gateway.start({
    ...FOR_PEOPLE,
    SMTP_URL: server.url,
    PUBLIC_URL: 'https://api.example.com/',
    SITE_NAME: 'Shop & <Co>',
    MAIL_FROM: 'Shop <shop@example.com>',
  });
  people = new People(gateway.proxyUrl);
});
afterAll(async () => {
  await gateway?.close();
  await server?.close();
});

const stored = () => gateway.dataSource.manager.find(OneTimeTokenEntity);
const isVerified = async (email: string) => {
  const { access } = await people.enter(email);
  return (await people.get('/me', { token: access })).body.email_verified;
};
const requestReset = (email: string) => people.post('/request-password-reset', { email });
const lastTokenOf = async (email: string, count: number) => {
  const mail = (await server.mailsTo(email, count)).at(-1);
  return mail ? tokenOf(mail) : '';
};

describe('a registration', () => {
  it('sends a mail whose token verifies the address, once', async () => {
    await people.register('ada@example.com');
    const [mail] = await server.mailsTo('ada@example.com');
    const token = mail ? tokenOf(mail) : '';
    expect(mail).toMatchObject({ from: 'shop@example.com', to: ['ada@example.com'] });
    expect(mail?.text).toContain(`https://api.example.com/verify-email#token=${token}`);
    expect(mail?.text).toContain('Shop &amp; &lt;Co&gt;');
    expect(await isVerified('ada@example.com')).toBe(false);
    const checked = await people.post('/check-verification-token', { token });
    expect([checked.status, checked.body]).toEqual([200, { email: 'ada@example.com', password_required: false }]);
    expect((await people.post('/reset-password', { token, new_password: PASSWORD })).status).toBe(400);
    const verified = await people.post('/verify-email', { token });
    expect([verified.status, verified.body]).toEqual([200, { status: 'Email verified' }]);
    expect(await isVerified('ada@example.com')).toBe(true);
    for (const path of ['/verify-email', '/check-verification-token']) {
      const again = await people.post(path, { token });
      expect([again.status, again.body.errors[0].pointer]).toEqual([400, '/token']);
    }
  });

  it('is answered by a token used twenty times at once one single time', async () => {
    await people.register('race@example.com');
    const token = await lastTokenOf('race@example.com', 1);
    const replies = await Promise.all(Array.from({ length: 20 }, () => people.post('/verify-email', { token })));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('keeps digests of tokens only', async () => {
    await people.register('kept@example.com');
    const token = await lastTokenOf('kept@example.com', 1);
    const rows = await stored();
    expect(rows.filter(({ login }) => login === 'kept@example.com')).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('sends its mail again when the server was not ready', async () => {
    server.refusing = 1;
    await people.register('later@example.com');
    await server.mailsTo('later@example.com');
    expect(JSON.stringify(gateway.log)).toContain('a mail could not be sent');
  });
});

describe('a password reset', () => {
  it('sets a new password, ends every session and verifies the address', async () => {
    await people.register('grace@example.com');
    const { access, refresh } = await people.enter('grace@example.com');
    const asked = await requestReset('GRACE@example.com');
    const token = await lastTokenOf('grace@example.com', 2);
    expect(asked.status).toBe(200);
    const short = await people.post('/reset-password', { token, new_password: 'short' });
    expect([short.status, short.body.errors[0].pointer]).toEqual([400, '/new_password']);
    const done = await people.post('/reset-password', { token, new_password: 'the new password' });
    expect([done.status, done.body]).toEqual([200, { status: 'Password changed' }]);
    expect((await people.get('/me', { token: access })).status).toBe(401);
    expect((await people.refresh(refresh)).status).toBe(401);
    expect((await people.logIn('grace@example.com')).status).toBe(401);
    const { access: next } = await people.enter('grace@example.com', 'the new password');
    expect((await people.get('/me', { token: next })).body.email_verified).toBe(true);
    expect((await people.post('/reset-password', { token, new_password: PASSWORD })).status).toBe(400);
  });

  it('is answered alike for everybody, and mailed three times in a while at most', async () => {
    await people.register('often@example.com');
    await server.mailsTo('often@example.com');
    const replies = [await requestReset('nobody@example.com'), await requestReset('no address at all')];
    for (let i = 0; i < 5; i += 1) replies.push(await requestReset('often@example.com'));
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    // The next mail is composed when those before it have been.
    await people.register('next@example.com');
    await server.mailsTo('next@example.com');
    expect(await server.mailsTo('often@example.com')).toHaveLength(3);
    expect(server.received.flatMap(({ to }) => to)).not.toContain('nobody@example.com');
  });

  it('works by the last token only, for an hour, and not after the password was changed', async () => {
    await people.register('carol@example.com');
    await requestReset('carol@example.com');
    const first = await lastTokenOf('carol@example.com', 2);
    await requestReset('carol@example.com');
    const second = await lastTokenOf('carol@example.com', 3);
    const reset = (token: string) => people.post('/reset-password', { token, new_password: 'the new password' });
    expect((await reset(first)).status).toBe(400);
    const { access } = await people.enter('carol@example.com');
    const body = { old_password: PASSWORD, new_password: 'another password' };
    expect((await people.post('/change-password', body, { token: access })).status).toBe(200);
    expect((await reset(second)).status).toBe(400);

    await people.register('dan@example.com');
    await requestReset('dan@example.com');
    const token = await lastTokenOf('dan@example.com', 2);
    const row = (await stored()).find(({ login, purpose }) => login === 'dan@example.com' && purpose === 'reset');
    expect((row?.expiresAt.getTime() ?? 0) - (row?.createdAt.getTime() ?? 0)).toBe(3_600_000);
    const { manager } = gateway.dataSource;
    await manager.update(OneTimeTokenEntity, { login: 'dan@example.com' }, { expiresAt: new Date(Date.now() - 1) });
    expect((await reset(token)).status).toBe(400);
  });

  it('is of no use to a user who may not log in', async () => {
    await people.register('gone@example.com');
    await requestReset('gone@example.com');
    const token = await lastTokenOf('gone@example.com', 2);
    const [{ user_id }] = await gateway.admin('GET', '/users?email=gone@example.com');
    await gateway.admin('PATCH', `/users/${user_id}`, { active: false });
    expect((await people.post('/reset-password', { token, new_password: 'a new password' })).status).toBe(400);
  });
});

describe('a gateway without a mail server', () => {
  it('says once that it sends no mail, when there would be one, and answers the same', async () => {
    const silent = await Gateway.start(FOR_PEOPLE);
    const crowd = new People(silent.proxyUrl);
    const warnings = () => silent.log.filter(({ level, msg }) => level === 'warn' && String(msg).includes('SMTP_URL'));
    expect(warnings()).toHaveLength(0);
    await crowd.register('ada@example.com');
    expect((await crowd.post('/request-password-reset', { email: 'ada@example.com' })).status).toBe(200);
    expect(warnings()).toHaveLength(1);
    await silent.close();
  });
});
