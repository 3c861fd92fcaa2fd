import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import { Gateway } from '../support/gateway';
import { RecordingUpstream } from '../support/recording-upstream';
import { hmacAuthorization, protectFields, secondsOf } from '../support/signing';
import { TokenIssuer } from '../support/token-issuer';

jest.setTimeout(180_000);

const PASSPHRASE = 'correct horse battery staple';
const base64 = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const GENERATE = { generate: true };
const RELAY_SECRET = 'relay-secret-of-thirty-two-bytes!!!!';

/** What callers hold: none of it changes when the policy moves to another gateway. */
interface Held {
  readonly clientId: string;
  readonly apiKey: string;
  readonly hmacSecret: string;
  readonly protectKey: string;
  readonly token: string;
}

/** A gateway with something of everything, and what its callers hold. */
async function furnish(gateway: Gateway, upstream: RecordingUpstream): Promise<Held> {
  const issuer = await TokenIssuer.of(gateway);
  const relay = { token_relay: 'resign', relay_secret: RELAY_SECRET };
  await gateway.admin('POST', '/services', { name: 'relayed', upstreams: [{ url: upstream.url }], ...relay });
  const client = { client_name: 'caller', api_key: GENERATE, shared_secret: GENERATE };
  const made = await gateway.admin('POST', '/clients', client);
  await gateway.admin('POST', '/clients', { client_name: 'gone', status: 'suspended', api_key: GENERATE });
  await gateway.admin('PUT', `/rate-limits/${made.client_id}`, { requests_per_day: 1_000 });
  for (const [path, demand] of Object.entries({
    '/key': { auth_required: true, auth_type: 'api_key' },
    '/hmac': { auth_required: true, auth_type: 'hmac' },
    '/jwt': { auth_required: true, auth_type: 'jwt', issuers: ['corp'] },
    '/protect': { auth_required: false, protect: true },
    '/other': { auth_required: true, auth_type: 'api_key' },
  })) {
    const route = { domain: '*', route_pattern: path, service_name: 'relayed', methods: { GET: demand } };
    const { route_id } = await gateway.admin('POST', '/routes', route);
    if (path === '/other') continue;
    await gateway.admin('POST', '/permissions', { client_id: made.client_id, route_id, allowed_methods: ['GET'] });
  }
  const { key } = await gateway.admin('POST', '/protect-keys', { app: 'ios', generate: true });
  const secrets = { apiKey: made.api_key, hmacSecret: made.shared_secret, protectKey: key };
  return { clientId: made.client_id, ...secrets, token: issuer.sign() };
}

/** The status of every kind of call, by what it shows. */
async function decisions({ proxyUrl }: Gateway, held: Held): Promise<Record<string, number>> {
  const timestamp = secondsOf(Date.now());
  const hmac = (secret: string) => hmacAuthorization({ clientId: held.clientId, secret, target: '/hmac', timestamp });
  const protect = (secret: string) =>
    Object.fromEntries(protectFields({ secret, target: '/protect', timestamp, nonce: randomUUID() }));
  const calls: [string, string, Record<string, string>][] = [
    ['key', '/key', { 'x-api-key': held.apiKey }],
    ['wrong key', '/key', { 'x-api-key': `${held.apiKey}x` }],
    ['key elsewhere', '/other', { 'x-api-key': held.apiKey }],
    ['hmac', '/hmac', { authorization: hmac(held.hmacSecret) }],
    ['wrong hmac', '/hmac', { authorization: hmac('another secret') }],
    ['jwt', '/jwt', { authorization: `Bearer ${held.token}` }],
    ['wrong jwt', '/jwt', { authorization: `Bearer ${held.token.slice(0, -4)}AAAA` }],
    ['protect', '/protect', protect(held.protectKey)],
    ['wrong protect', '/protect', protect('another key')],
    ['nothing', '/key', {}],
  ];
  const table: Record<string, number> = {};
  for (const [name, path, headers] of calls) table[name] = (await fetch(`${proxyUrl}${path}`, { headers })).status;
  return table;
}

describe('gatewarden export and apply', () => {
  const directory = newRunDirectory();
  const path = join(directory.path, 'backup.yml');
  let upstream: RecordingUpstream;
  let source: Gateway;
  let target: Gateway;
  let held: Held;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    source = await Gateway.start({ GATEWARDEN_MASTER_KEY: base64(1) });
    target = await Gateway.start({ GATEWARDEN_MASTER_KEY: base64(2) });
    held = await furnish(source, upstream);
  });
  afterAll(async () => {
    await source?.close();
    await target?.close();
    await upstream?.close();
    directory.remove();
  });

  async function run(gateway: Gateway, args: string[], more: Record<string, string> = {}, role = 'owner') {
    const { token } = await gateway.admin('POST', '/admin-tokens', { name: `${role} ${randomUUID()}`, role });
    const env = { GATEWARDEN_URL: gateway.adminUrl, GATEWARDEN_TOKEN: token, ...more };
    return GatewardenProcess.run(args, directory.path, env);
  }
  const withKey = { GATEWARDEN_EXPORT_KEY: PASSPHRASE };

  it('leave secrets out unless told otherwise, and change nothing where they came from', async () => {
    const { code, stdout } = await run(source, ['export'], {}, 'viewer');
    expect(code).toBe(0);
    const file = parse(stdout);
    expect(Object.keys(file)).toEqual([
      'format',
      'issuers',
      'services',
      'routes',
      'webhooks',
      'clients',
      'permissions',
      'rate_limits',
    ]);
    expect(file.permissions).toContainEqual({ client: 'caller', route: '* /key', allowed_methods: ['GET'] });
    for (const secret of [held.apiKey, held.hmacSecret, held.protectKey, RELAY_SECRET])
      expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain('v1.');
    writeFileSync(path, stdout);

    const applied = await run(source, ['apply', path, '--json']);

    expect(JSON.parse(applied.stdout).changes).toEqual([]);
  });

  it('take secrets along for owners alone, none of them readable', async () => {
    const refused = await run(source, ['export', '--with-secrets'], withKey, 'operator');
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('owners');
    expect((await run(source, ['export', '--with-secrets'])).stderr).toContain('GATEWARDEN_EXPORT_KEY must be');

    const { code } = await run(source, ['export', '--with-secrets', '--output', path], withKey);

    expect(code).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    for (const secret of [held.apiKey, held.hmacSecret, held.protectKey, RELAY_SECRET])
      expect(text).not.toContain(secret);
    expect(text.match(/encrypted:v1\./g)).toHaveLength(6);
  });

  it('refuse a file that anything was changed about, before anything is written', async () => {
    const text = readFileSync(path, 'utf8');
    const changes: [string, string, Record<string, string>][] = [
      ['a demand', text.replace('auth_required: true', 'auth_required: false'), withKey],
      [
        'a secret',
        text.replace(/(encrypted:v1\.[\w-]{16}\.)(.)/, (_, head, first) => `${head}${first === 'A' ? 'B' : 'A'}`),
        withKey,
      ],
      ['the seal', text.replace(/mac: ./, 'mac: _'), withKey],
      ['no seal', text.replace(/^encryption:\n(?: {2}.*\n)+/, ''), withKey],
      ['another passphrase', text, { GATEWARDEN_EXPORT_KEY: `${PASSPHRASE}!` }],
    ];
    const before = await target.admin('GET', '/routes');
    for (const [what, changed, env] of changes) {
      const tampered = join(directory.path, 'tampered.yml');
      writeFileSync(tampered, changed);
      expect([what, changed === text && env === withKey]).toEqual([what, false]);
      const { code, stdout, stderr } = await run(target, ['apply', tampered], env);
      expect({ what, code, stdout }).toEqual({ what, code: 2, stdout: '' });
      expect(stderr).toContain('nothing is changed');
    }
    expect(await target.admin('GET', '/routes')).toEqual(before);
  });

  it('bring the same decisions to a gateway with another master key', async () => {
    const before = await decisions(source, held);
    expect(before).toEqual({
      ...{ key: 200, hmac: 200, jwt: 200, protect: 200 },
      ...{
        'wrong key': 401,
        'key elsewhere': 403,
        'wrong hmac': 401,
        'wrong jwt': 401,
        'wrong protect': 401,
        nothing: 401,
      },
    });

    const planned = await run(target, ['apply', path, '--dry-run'], withKey);
    expect(planned.stdout).toContain('+ client caller\n');
    expect(await target.admin('GET', '/clients')).toEqual([]);
    const { code, stdout, stderr } = await run(target, ['apply', path, '--json'], withKey);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout).changes).toHaveLength(15);
    for (const secret of [held.hmacSecret, held.protectKey, RELAY_SECRET]) expect(stdout).not.toContain(secret);

    expect(await decisions(target, held)).toEqual(before);
    const again = await run(target, ['apply', path], withKey);
    expect(again.stdout).toMatch(/^Nothing differs from revision \d+\.\n$/);
  });

  it('take secrets from variables and files of the machine they run on', async () => {
    const declared = join(directory.path, 'declared.json');
    writeFileSync(join(directory.path, 'relay.txt'), 'a-relay-secret-in-a-file-of-32-bytes\n');
    const services = [
      { name: 'one', upstreams: [{ url: upstream.url }], token_relay: 'resign', relay_secret: 'env:RELAY' },
      { name: 'two', upstreams: [{ url: upstream.url }], token_relay: 'resign', relay_secret: 'file:relay.txt' },
    ];
    writeFileSync(
      declared,
      JSON.stringify({
        format: 'gatewarden/1',
        services: [
          ...parse(readFileSync(path, 'utf8')).services.map((s: object) => ({ ...s, relay_secret: undefined })),
          ...services,
        ],
      }),
    );

    const missing = await run(target, ['apply', declared]);
    expect({ code: missing.code, stderr: missing.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('/services/1/relay_secret: names a variable that is not set'),
    });
    const applied = await run(target, ['apply', declared], { RELAY: 'a-relay-secret-in-a-variable-32-bytes' });
    expect(applied.stdout).toMatch(/^Revision \d+:\n\+ service one\n\+ service two\n$/);
  });
});
