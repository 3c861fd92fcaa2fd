import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as bcrypt from '@node-rs/bcrypt';
import { request } from 'undici';
import { createEmbedded } from '../support/embedded-databases';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import { GatewayProcess, PROCESS_ADMIN_TOKEN } from '../support/gateway-process';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';
import type { TestDatabase } from '../support/test-database';
import { reachableUsersServers, UsersScene } from '../support/user-tables';

const SERVICE_SECRET = 'your-microservice-generated-secret-keep-this-secure!';
const PASSWORD = 'correct horse battery';
const CUSTOMERS = '/api/v1/customers/42';

describe.each(reachableUsersServers())('users of the predecessor on $name', (server) => {
  const directory = newRunDirectory();
  const settingsFile = join(directory.path, 'gatewarden.yml');
  let scene: UsersScene;
  let upstream: RecordingUpstream;
  let database: TestDatabase;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    scene = await UsersScene.open(server);
    const { quote, types } = server;
    const text = (name: string) => `${quote(name)} varchar(200)`;
    await scene.run(
      `CREATE TABLE users (id ${types.serial}, ${text('email')}, ${text('username')}, ${text('password')})`,
    );
    const names = ['email', 'username', 'password'].map(quote).join(', ');
    const hash = await bcrypt.hash(PASSWORD, 11);
    await scene.run(`INSERT INTO users (${names}) VALUES ('ada@example.com', 'ada@example.com', '${hash}')`);
    upstream = await RecordingUpstream.start();
    database = await createEmbedded();
    await importFiles();
    gateway = await GatewayProcess.start({ GATEWARDEN_CONFIG: settingsFile }, database);
  }, 90_000);
  afterAll(async () => {
    await gateway?.stop();
    await upstream?.close();
    await scene?.close();
    directory.remove();
  });

  /** A gateway as it comes takes the two files over, and is started again with the settings they became. */
  async function importFiles(): Promise<void> {
    const url = new URL(scene.url);
    const adapter = url.protocol.replace(':', '');
    writeFileSync(
      join(directory.path, 'apivault.yml'),
      `
unixsocket: false
port: 8080
db:
  adapter: ${adapter}
  host: ${url.hostname}
  port: ${url.port}
  name: ${url.pathname.slice(1)}
  user: ${url.username}
  password: "${decodeURIComponent(url.password)}"
jwt:
  secret: abc123
  ttl: 72
table:
  name: users
  column:
    login: email
verification:
  shared_key: your_shared_key_keep_it_safe
`,
    );
    writeFileSync(
      join(directory.path, 'microservices.yml'),
      `
server:
  - name: apivault_main_host
    source_host: api.apivault.domain1.com
    secret: ${SERVICE_SECRET}
    mapping:
      - target_url: ${upstream.url}
        source_endpoint: /api/v1/customers
        destination_endpoint: /customers
`,
    );
    const kept = { ...database, drop: async () => undefined };
    const fresh = await GatewayProcess.start({}, kept);
    const env = { GATEWARDEN_URL: fresh.adminUrl, GATEWARDEN_TOKEN: PROCESS_ADMIN_TOKEN };
    const args = ['import', 'apivault', 'apivault.yml', 'microservices.yml'];
    const imported = await GatewardenProcess.run(args, directory.path, env);
    await fresh.stop();
    expect([imported.code, imported.stderr]).toEqual([0, '']);
  }

  const send = async (method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string) => {
    const host = 'api.apivault.domain1.com';
    const reply = await request(`${gateway.proxyUrl}${path}`, { method, headers: { host, ...headers }, body });
    return { status: reply.statusCode, body: await reply.body.text() };
  };
  /** Without a Content-Type, which the predecessor did not ask for. */
  const post = (path: string, value: object) => send('POST', path, {}, JSON.stringify(value));
  const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

  async function logIn(email: string): Promise<string> {
    const { status, body } = await post('/api/auth', { email, password: PASSWORD });
    expect(status).toBe(200);
    return JSON.parse(body).access_token;
  }

  /** What the service was given, once its signature is right by the secret of the service. */
  function verifiedClaims(): Record<string, unknown> {
    const [authorization = ''] = fieldValues(upstream.last.rawHeaders, 'authorization');
    const token = authorization.replace('Bearer ', '');
    const [head, claims, signature] = token.split('.');
    expect(signature).toBe(createHmac('sha256', SERVICE_SECRET).update(`${head}.${claims}`).digest('base64url'));
    return claimsOf(token);
  }

  it('log in as they did, and their service gets a token of its own and the right path', async () => {
    const token = await logIn('ada@example.com');
    const { sub, exp, iat } = claimsOf(token);
    expect([sub, exp - iat]).toEqual([1, 72 * 3600]);
    const { status } = await send('GET', CUSTOMERS, { authorization: `Bearer ${token}` });
    expect([status, upstream.last.url]).toEqual([200, '/customers/42']);
    expect(verifiedClaims()).toEqual({ sub: 1, exp: expect.any(Number) });
  });

  it('register into the same table, and are asked for the right password', async () => {
    const grace = { email: 'grace@example.com', password: PASSWORD };
    const registered = await post('/api/auth/register', grace);
    expect([registered.status, JSON.parse(registered.body)]).toEqual([201, { status: 'Registration successful' }]);
    const [row] = await scene.run("SELECT * FROM users WHERE email = 'grace@example.com'");
    expect(row).toMatchObject({ username: 'grace@example.com', password: expect.stringMatching(/^\$2a\$11\$/) });
    const again = await post('/api/auth/register', grace);
    expect([again.status, JSON.parse(again.body)]).toEqual([409, { status: 'User already registered' }]);
    expect((await post('/api/auth', { ...grace, password: 'wrong' })).status).toBe(401);
    const token = await logIn('grace@example.com');
    expect((await send('GET', CUSTOMERS, { authorization: `Bearer ${token}` })).status).toBe(200);
    expect(verifiedClaims()).toMatchObject({ sub: 2 });
  });

  it('are refused once they have logged out', async () => {
    const token = await logIn('ada@example.com');
    const authorization = `Bearer ${token}`;
    expect((await send('POST', '/api/auth/logout', { authorization })).status).toBe(200);
    expect((await send('GET', CUSTOMERS, { authorization })).status).toBe(401);
  });
});
