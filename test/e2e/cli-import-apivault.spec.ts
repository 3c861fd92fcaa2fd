import { createHmac } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import { GatewayProcess, PROCESS_ADMIN_TOKEN } from '../support/gateway-process';
import { sendRaw } from '../support/raw-http';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';

/** A token of the predecessor: HS256 by abc123, {"exp":4102444800,"sub":1}. */
const OLD_TOKEN =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQxMDI0NDQ4MDAsInN1YiI6MX0.lx9ziSVBalfCCZ_MmbLfsQsVjIwfNp8hQoPM72m6njo';
const SECRET = 'secret-of-the-microservice';
const SHARED_KEY = 'key-of-the-apps';
const APIVAULT = `
port: 8080
db: { adapter: postgres, host: db.internal, user: devel, password: "p@ss" }
jwt: { secret: abc123, ttl: 72 }
verification: { shared_key: ${SHARED_KEY} }
`;

describe('gatewarden import apivault', () => {
  const directory = newRunDirectory();
  const file = (name: string) => join(directory.path, name);
  let gateway: GatewayProcess;
  let upstream: RecordingUpstream;
  let env: Record<string, string>;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await GatewayProcess.start();
    env = { GATEWARDEN_URL: gateway.adminUrl, GATEWARDEN_TOKEN: PROCESS_ADMIN_TOKEN };
    writeFileSync(file('apivault.yml'), APIVAULT);
    writeFileSync(file('microservices.yml'), microservices(SECRET));
  });
  afterAll(async () => {
    await gateway?.stop();
    await upstream?.close();
    directory.remove();
  });

  const microservices = (secret: string) => `
server:
  - name: main
    source_host: api.example.com
    secret: ${secret}
    mapping:
      - { target_url: "${upstream.url}", source_endpoint: /api/v1/customers, destination_endpoint: /customers }
      - { target_url: "${upstream.url}/base", source_endpoint: /api/v1/orders, destination_endpoint: /orders }
      - { target_url: "${upstream.url}", source_endpoint: /request/otp, destination_endpoint: /api/auth/otp, protect: true }
      - { target_url: nowhere, source_endpoint: /left/out }
`;
  const run = (...args: string[]) =>
    GatewardenProcess.run(['import', 'apivault', 'apivault.yml', 'microservices.yml', ...args], directory.path, env);
  const outcomes = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('--json', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { objects, settings } = JSON.parse(stdout);
    return [...objects, ...settings.keys].map(({ outcome }: { outcome: string }) => outcome);
  };
  const state = async () => {
    const lists = ['services', 'routes', 'issuers', 'protect-keys'].map((path) => gateway.admin('GET', `/${path}`));
    return JSON.stringify(await Promise.all(lists));
  };
  const call = (path: string, headers: Record<string, string> = {}) =>
    sendRaw(gateway.proxyPort, `GET ${path} HTTP/1.1\r\n${toFields({ host: 'api.example.com', ...headers })}\r\n`);

  it('writes nothing with --dry-run', async () => {
    const before = await state();
    const { code, stdout } = await run('--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Nothing is written .*\n\ncreated +service +main\/127/);
    expect(await state()).toBe(before);
    expect(() => statSync(file('gatewarden.yml'))).toThrow();
  });

  it('writes nothing when one of the files is bad', async () => {
    const before = await state();
    writeFileSync(file('bad.yml'), 'server:\n  - { secret: s }\n');
    const args = ['import', 'apivault', 'apivault.yml', 'bad.yml'];
    const { code, stdout, stderr } = await GatewardenProcess.run(args, directory.path, env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('\n  bad.yml: server[0].source_host is required');
    expect(await state()).toBe(before);
  });

  it('takes the files over and tells what it did', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^created +issuer +apivault$/m);
    expect(stdout).toMatch(/^created +protect key +apivault$/m);
    expect(stdout).toMatch(/^created +route +api\.example\.com\/api\/v1\/customers\/\*$/m);
    expect(stdout).toMatch(/^added +setting +users_database_url$/m);
    expect(stdout).toMatch(/^ {2}microservices\.yml: server\[0\]\.mapping\[3\] url must be http/m);
    for (const secret of ['abc123', SECRET, SHARED_KEY, 'p@ss', 'p%40ss']) expect(stdout).not.toContain(secret);
    expect(readFileSync(file('gatewarden.yml'), 'utf8')).toContain(
      'users_database_url: postgres://devel:p%40ss@db.internal:5432/api_gateway?sslmode=disable\n',
    );
    expect(statSync(file('gatewarden.yml')).mode & 0o777).toBe(0o600);
  });

  it('changes nothing the second time', async () => {
    const [policy, settings] = [await state(), readFileSync(file('gatewarden.yml'), 'utf8')];
    const { mtimeMs } = statSync(file('gatewarden.yml'));
    expect(new Set(await outcomes())).toEqual(new Set(['unchanged']));
    expect(new Set(await outcomes('--dry-run'))).toEqual(new Set(['unchanged']));
    expect(await state()).toBe(policy);
    expect(readFileSync(file('gatewarden.yml'), 'utf8')).toBe(settings);
    expect(statSync(file('gatewarden.yml')).mtimeMs).toBe(mtimeMs);
    const revisions = [...policy.matchAll(/"revision":(\d+)/g)].map(([, digits]) => Number(digits));
    const next = await gateway.admin('POST', '/protect-keys', { app: 'next', generate: true });
    expect(next.revision).toBe(Math.max(...revisions) + 1);
  });

  it('makes settings a gateway starts with', async () => {
    const args = ['config', 'print', '--config', 'gatewarden.yml', '--json'];
    const { code, stdout } = await GatewardenProcess.run(args, directory.path, { PROXY_LISTEN: '', ...masterKey() });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      PROXY_LISTEN: '0.0.0.0:8080',
      USERS_DATABASE_URL: expect.stringContaining('@db.internal:5432/api_gateway'),
      TOKEN_TTL_SECONDS: 259_200,
      REGISTRATION: 'open',
      PASSWORD_HASH: 'bcrypt',
    });
  });

  it.each([
    ['/api/v1/customers/42?page=2', '/customers/42?page=2'],
    ['/api/v1/customers', '/customers'],
    ['/api/v1/orders/7', '/base/orders/7'],
  ])('leads %s to %s, for whoever has a token of the predecessor', async (path, target) => {
    const { status } = await call(path, { authorization: `Bearer ${OLD_TOKEN}` });
    expect([status, upstream.last.url]).toEqual([200, target]);
    const [token = ''] = fieldValues(upstream.last.rawHeaders, 'authorization');
    const [head, claims = '', signature] = token.replace('Bearer ', '').split('.');
    expect(signature).toBe(createHmac('sha256', SECRET).update(`${head}.${claims}`).digest('base64url'));
    const { sub, exp, ...more } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect([sub, more]).toEqual([1, {}]);
    expect(exp).toBeGreaterThan(Date.now() / 1000);
  });

  it('lets nobody through who has no token, another path or a longer one', async () => {
    const { length } = upstream.received;
    const authorization = `Bearer ${OLD_TOKEN}`;
    expect((await call('/api/v1/customers/42')).status).toBe(401);
    expect((await call('/api/v1/customersXYZ', { authorization })).status).toBe(404);
    expect((await call('/left/out', { authorization })).status).toBe(404);
    expect((await call('/api/v1/customers', { authorization, host: 'evil-api.example.com' })).status).toBe(404);
    expect(upstream.received).toHaveLength(length);
  });

  it('takes apps by their signature on protected paths', async () => {
    const date = String(Math.floor(Date.now() / 1000));
    const sign = (key: string) => createHmac('sha256', key).update(date).digest('hex');
    const signed = (key: string) => call('/request/otp/sms', { 'x-date': date, 'x-authenticity': sign(key) });
    expect((await signed(SHARED_KEY)).status).toBe(200);
    expect(upstream.last.url).toBe('/api/auth/otp/sms');
    const { length } = upstream.received;
    expect((await signed('')).status).toBe(401);
    expect((await call('/request/otp/sms')).status).toBe(401);
    expect((await call('/request/otp/sms', { authorization: `Bearer ${OLD_TOKEN}` })).status).toBe(401);
    expect(upstream.received).toHaveLength(length);
  });

  it('is explained by the gateway', async () => {
    const args = ['explain', 'GET', 'http://api.example.com/api/v1/customers/42', '--json'];
    const { stdout } = await GatewardenProcess.run(args, directory.path, env);
    expect(JSON.parse(stdout)).toMatchObject({ allowed: false, code: 'credentials_missing' });
    expect(stdout).toContain('/api/v1/customers/*');
  });

  it('brings back what was changed, and sees another secret', async () => {
    const [route] = await gateway.admin('GET', '/routes');
    await gateway.admin('PATCH', `/routes/${route.route_id}`, { destination: '/elsewhere/*', enabled: false });
    expect(await outcomes('--dry-run')).toContain('changed');
    writeFileSync(file('microservices.yml'), microservices('another-secret'));
    const changed = (await outcomes()).filter((outcome) => outcome === 'changed');
    expect(changed).toHaveLength(3);
    expect((await gateway.admin('GET', `/routes/${route.route_id}`)).enabled).toBe(false);
    expect(new Set(await outcomes())).toEqual(new Set(['unchanged']));
  });

  it('keeps settings that say something else, unless it is forced', async () => {
    const settings = readFileSync(file('gatewarden.yml'), 'utf8');
    writeFileSync(file('gatewarden.yml'), settings.replace('registration: open', 'registration: closed # ours'));
    expect((await outcomes()).filter((outcome) => outcome === 'kept')).toHaveLength(1);
    expect(readFileSync(file('gatewarden.yml'), 'utf8')).toContain('registration: closed # ours');
    expect((await outcomes('--force')).filter((outcome) => outcome === 'replaced')).toHaveLength(1);
    expect(readFileSync(file('gatewarden.yml'), 'utf8')).toContain('registration: open # ours');
  });

  it('exits 2 with the cure for bad usage, and 1 when the admin API refuses', async () => {
    const one = await GatewardenProcess.run(['import', 'apivault', 'apivault.yml'], directory.path, env);
    expect([one.code, one.stderr]).toEqual([2, expect.stringContaining('gatewarden import apivault apivault.yml m')]);
    const swapped = ['import', 'apivault', 'microservices.yml', 'apivault.yml'];
    const other = await GatewardenProcess.run(swapped, directory.path, env);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('give apivault.yml first')]);
    const { token } = await gateway.admin('POST', '/admin-tokens', { name: 'reader', role: 'viewer' });
    const refused = await GatewardenProcess.run(
      ['import', 'apivault', 'apivault.yml', 'microservices.yml', '--settings', 'never.yml'],
      directory.path,
      { ...env, GATEWARDEN_TOKEN: token },
    );
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('refused')]);
    expect(() => statSync(file('never.yml'))).toThrow();
  });
});

function masterKey(): Record<string, string> {
  return { GATEWARDEN_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') };
}

function toFields(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
