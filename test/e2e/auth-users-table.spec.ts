import * as bcrypt from '@node-rs/bcrypt';
import { Gateway } from '../support/gateway';
import { MailServer, tokenOf } from '../support/mail-server';
import { claimsOf, FOR_PEOPLE, PASSWORD, People } from '../support/people';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';
import { reachableUsersServers, UsersScene } from '../support/user-tables';

const JWT = { GET: { auth_required: true, auth_type: 'jwt' } };

describe.each(reachableUsersServers())('people of a table on $name', (server) => {
  let scene: UsersScene;
  let mails: MailServer;
  let upstream: RecordingUpstream;
  let gateway: Gateway;
  let people: People;
  beforeAll(async () => {
    const { quote, types } = server;
    scene = await UsersScene.open(server);
    const columns = `id ${types.serial}, email varchar(200), ${quote('password')} varchar(200), active ${types.boolean}`;
    await scene.run(`CREATE TABLE users (${columns})`);
    const hash = await bcrypt.hash(PASSWORD, 4);
    await scene.run(
      `INSERT INTO users (email, ${quote('password')}, active) VALUES ('Ada@example.com', '${hash}', true)`,
    );
    mails = await MailServer.start();
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start({
      ...FOR_PEOPLE,
      USERS_DATABASE_URL: scene.url,
      USERS_COLUMN_ACTIVE: 'active',
      SMTP_URL: mails.url,
    });
    people = new People(gateway.proxyUrl);
    await gateway.publish({ upstreams: [upstream.url], pattern: '/orders', route: { methods: JWT } });
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
    await mails?.close();
    await scene?.close();
  });

  const hashOf = async (id: number): Promise<string> =>
    (await scene.run(`SELECT * FROM users WHERE id = ${id}`))[0].password;

  it('log in with the hash they have, which is made anew, and stay numbers in their tokens', async () => {
    const { access, refresh } = await people.enter('ada@example.com');
    expect(claimsOf(access).sub).toBe(1);
    expect(await hashOf(1)).toMatch(/^\$argon2id\$/);
    const { body } = await people.refresh(refresh);
    expect(claimsOf(body.access_token).sub).toBe(1);
    const reply = await fetch(`${gateway.proxyUrl}/orders`, { headers: { authorization: `Bearer ${access}` } });
    expect([reply.status, fieldValues(upstream.last.rawHeaders, 'x-user-id')]).toEqual([200, ['1']]);
    const me = (await people.get('/me', { token: access })).body;
    expect(me).toEqual({ id: 1, email: 'Ada@example.com', roles: [], tenant: null, email_verified: null });
    const [listed] = await gateway.admin('GET', '/sessions?user=1');
    expect(listed).toMatchObject({ user_id: 1, login: 'Ada@example.com' });
    expect((await people.get('/sessions', { token: access })).body).toHaveLength(1);
  });

  it('change and reset their passwords in it', async () => {
    const { access } = await people.enter('ada@example.com');
    const change = { old_password: PASSWORD, new_password: 'the new password' };
    expect((await people.post('/change-password', change, { token: access })).status).toBe(200);
    expect((await people.logIn('ada@example.com')).status).toBe(401);
    await people.post('/request-password-reset', { email: 'ada@example.com' });
    const [mail] = await mails.mailsTo('Ada@example.com');
    const token = mail ? tokenOf(mail) : '';
    expect((await people.post('/reset-password', { token, new_password: PASSWORD })).status).toBe(200);
    expect((await people.get('/me', { token: access })).status).toBe(401);
    await people.enter('ada@example.com');
  });

  it('register into it, without a mail nobody could note the answer of', async () => {
    await people.register('grace@example.com');
    const { access } = await people.enter('grace@example.com');
    expect(claimsOf(access).sub).toBe(2);
    const again = await people.post('/register', { email: 'GRACE@example.com', password: PASSWORD });
    expect([again.status, again.body]).toEqual([409, { status: 'User already registered' }]);
    expect(mails.received.flatMap(({ to }) => to)).not.toContain('grace@example.com');
  });

  it('stay out once the table says they are not active, their tokens with the next refresh', async () => {
    const { refresh, access } = await people.enter('grace@example.com');
    await scene.run('UPDATE users SET active = false WHERE id = 2');
    expect((await people.logIn('grace@example.com')).status).toBe(401);
    expect((await people.get('/me', { token: access })).status).toBe(401);
    expect((await people.refresh(refresh)).status).toBe(401);
    const reply = await fetch(`${gateway.proxyUrl}/orders`, { headers: { authorization: `Bearer ${access}` } });
    expect(reply.status).toBe(401);
  });
});
