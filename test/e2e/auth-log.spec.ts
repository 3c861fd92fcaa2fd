import { GatewayProcess, PROCESS_ADMIN_TOKEN } from '../support/gateway-process';
import { MailServer, tokenOf } from '../support/mail-server';
import { claimsOf, FOR_PEOPLE, People } from '../support/people';

const SECRET = 'token-secret-of-the-log-test-1234567890';

let server: MailServer;
let gateway: GatewayProcess;
beforeAll(async () => {
  server = await MailServer.start();
  gateway = await GatewayProcess.start({
    ...FOR_PEOPLE,
    LOG_LEVEL: 'trace',
    SMTP_URL: server.url.replace('smtp://', 'smtp://mailer:mail-password-of-the-log-test@'),
    TOKEN_SECRET: SECRET,
  });
});
afterAll(async () => {
  await gateway?.stop();
  await server?.close();
});

describe('the whole log, at its finest', () => {
  it('has no password, token or secret of anything people do', async () => {
    const people = new People(gateway.proxyUrl);
    const secrets = [SECRET, PROCESS_ADMIN_TOKEN, 'mail-password-of-the-log-test'];
    const secret = (text: string): string => {
      secrets.push(text);
      return text;
    };
    const first = secret('first-password-7391');
    const second = secret('second-password-7391');
    const third = secret('third-password-7391');
    const email = 'ada@example.com';

    server.refusing = 1;
    await people.register(email, first);
    await people.post('/register', { email, password: secret('taken-password-7391') });
    const verification = secret(tokenOf((await server.mailsTo(email)).at(-1) ?? { from: '', to: [], text: '' }));
    expect(verification).not.toBe('');
    await people.post('/check-verification-token', { token: verification });
    expect((await people.post('/verify-email', { token: verification })).status).toBe(200);
    await people.post('/verify-email', { token: verification });

    await people.logIn(email, secret('wrong-password-7391'));
    const tokens = await people.enter(email, first);
    const token = secret(tokens.access);
    const refreshed = await people.refresh(secret(tokens.refresh));
    secret(refreshed.body.access_token);
    await people.refresh(tokens.refresh);
    await people.refresh(secret(`${tokens.refresh.slice(0, -1)}_`));
    await people.get('/me', { token });
    await people.get('/sessions', { token });
    await people.get('/me', { token: secret('x.y.forged-token-7391') });
    const change = { old_password: first, new_password: second };
    expect((await people.post('/change-password', change, { token })).status).toBe(200);
    const other = await people.enter(email, second);
    await people.call('DELETE', `/sessions/${claimsOf(secret(other.access)).sid}`, undefined, { token });

    await people.post('/request-password-reset', { email });
    const reset = secret(tokenOf((await server.mailsTo(email, 2)).at(-1) ?? { from: '', to: [], text: '' }));
    expect((await people.post('/reset-password', { token: reset, new_password: third })).status).toBe(200);
    const last = await people.enter(email, third);
    await people.post('/logout', { refresh_token: secret(last.refresh) }, { token: secret(last.access) });
    await people.post('', undefined, { raw: `{"email":"${email}","password":"${third}"` });
    await people.post('', { email, password: [third] });
    await people.post('', { email, password: third }, { headers: { 'content-type': 'text/plain' } });

    const { sid, sub } = claimsOf(last.access);
    await gateway.admin('DELETE', `/sessions/${sid}`);
    await gateway.admin('DELETE', `/users/${sub}`);
    await gateway.stop();

    const log = gateway.output.join('');
    expect(log).toContain('/api/auth/reset-password');
    expect(secrets.every((text) => text.length > 10)).toBe(true);
    for (const text of secrets) expect(log.includes(text) ? text : '').toBe('');
  });
});
