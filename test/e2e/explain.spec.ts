import { createHmac } from 'node:crypto';
import { CredentialUsage } from '../../src/usage/credential-usage';
import { Gateway } from '../support/gateway';
import { answerJson, answerText, TestPolicyAgent } from '../support/policy-agent';
import { RecordingUpstream } from '../support/recording-upstream';
import { hmacAuthorization, secondsOf } from '../support/signing';
import { SECRET as ISSUER_SECRET, signHs256 } from '../support/tokens';

const SECRET = 's3cret-that-must-not-come-back';
const WITH_KEY = { auth_required: true, auth_type: 'api_key' };
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

interface Asked {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  client_id?: string;
  ip?: string;
}

let gateway: Gateway;
let upstream: RecordingUpstream;
let agent: TestPolicyAgent;
beforeAll(async () => {
  [upstream, agent] = await Promise.all([RecordingUpstream.start(), TestPolicyAgent.start()]);
  gateway = await Gateway.start({ TRUSTED_PROXIES: '127.0.0.1' });
  await gateway.admin('POST', '/services', { name: 'orders', upstreams: [{ url: upstream.url }] });
});
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
  await agent?.close();
});
beforeEach(() => {
  agent.answer = answerJson({ result: true });
});

const explain = ({ path, ...rest }: Asked) =>
  gateway.admin('POST', '/explain', { url: `${gateway.proxyUrl}${path}`, ...rest });

/** The same request for real. */
async function call({ method = 'GET', path, headers = {}, body, ip }: Asked) {
  const forwarded = ip === undefined ? {} : { 'X-Forwarded-For': ip };
  const reply = await fetch(`${gateway.proxyUrl}${path}`, { method, headers: { ...forwarded, ...headers }, body });
  const answer = (await reply.json()) as { code?: string };
  return { status: reply.status, code: answer.code };
}

async function addRoute(route_pattern: string, methods: object, more: object = {}): Promise<string> {
  const body = { domain: '*', route_pattern, service_name: 'orders', methods, ...more };
  return (await gateway.admin('POST', '/routes', body)).route_id;
}

async function addClient(more: object = {}): Promise<{ client_id: string; api_key: string; shared_secret: string }> {
  const body = { client_name: 'Mobile', api_key: { generate: true }, shared_secret: { generate: true }, ...more };
  return gateway.admin('POST', '/clients', body);
}

const permit = (client_id: string, route_id: string, allowed_methods: string[] = ['GET']) =>
  gateway.admin('POST', '/permissions', { client_id, route_id, allowed_methods });

interface Explained {
  // biome-ignore lint/suspicious/noExplicitAny: the reply is whatever the server sent; the tests say what it must be
  steps: any[];
  would_allow: { action: string; request?: { method: string; path: string; body: object } }[];
}
const stepOf = ({ steps }: Explained, step: string) => steps.find((one) => one.step === step);
const outcomesOf = ({ steps }: Explained) => steps.map(({ step, outcome }) => `${step} ${outcome}`);
const actionsOf = ({ would_allow }: Explained) => would_allow.map(({ action }) => action);

/** Makes every change an explanation asks for. */
async function make({ would_allow }: Explained): Promise<void> {
  for (const { request } of would_allow) {
    if (request) await gateway.admin(request.method, request.path.replace('/api/admin', ''), request.body);
  }
}

describe('an explanation', () => {
  it('of a request that is let in has every step', async () => {
    const { client_id, api_key } = await addClient();
    const opa = { url: agent.url };
    const demand = { ...WITH_KEY, condition: "request.method == 'GET'", opa };
    const route_id = await addRoute('/let-in/*', { GET: demand });
    await permit(client_id, route_id);
    const explained = await explain({ path: '/let-in/1?a=b', headers: { 'X-API-Key': api_key } });
    expect(explained).toMatchObject({
      allowed: true,
      code: 'authenticated',
      status: 200,
      cause: null,
      route_id,
      client_id,
    });
    expect(explained.revision).toBeGreaterThan(0);
    expect(outcomesOf(explained)).toEqual([
      'request canonical',
      'route matched',
      'method configured',
      'credential accepted',
      'permission granted',
      'condition met',
      'opa allowed',
      'limit none',
    ]);
    expect(stepOf(explained, 'route').candidates[0]).toMatchObject({ route_id, outcome: 'chosen', precedence: 1 });
    expect(stepOf(explained, 'credential')).toMatchObject({
      accepts: ['api_key'],
      principal: { kind: 'client', client_id, client_name: 'Mobile', method: 'api_key' },
      presented: [{ source: 'X-API-Key', kind: 'api_key', outcome: 'decides' }],
    });
    expect(stepOf(explained, 'permission')).toMatchObject({ client_status: 'active', allowed_methods: ['GET'] });
    expect(explained.would_allow).toEqual([]);
    expect(JSON.stringify(explained)).not.toContain(api_key);
  });

  it('is what every entrance decides, and its changes make every entrance allow it', async () => {
    const { client_id, api_key, shared_secret } = await addClient();
    const suspended = await addClient({ client_name: 'Suspended', status: 'suspended' });
    const permitted = await addRoute('/same/permitted', { GET: WITH_KEY, POST: WITH_KEY });
    await addRoute('/same/none', { GET: { auth_required: true, auth_types: ['hmac', 'api_key'] } });
    await addRoute('/same/off', { GET: WITH_KEY }, { enabled: false });
    await addRoute('/same/small', { POST: { auth_required: true, auth_type: 'hmac' } }, { max_body_bytes: 4 });
    await addRoute('/same/slash/*', { GET: { auth_required: false } });
    await permit(client_id, permitted);
    const key = { 'X-API-Key': api_key };
    const signed = () => ({
      Authorization: hmacAuthorization({
        clientId: client_id,
        secret: shared_secret,
        method: 'POST',
        target: '/same/small',
        timestamp: secondsOf(Date.now()),
        body: 'a long body',
      }),
    });
    const rows: [Asked, string, string[]][] = [
      [{ path: '/same/none', headers: key }, 'no_permission', ['grant_permission']],
      [{ path: '/same/permitted', method: 'POST', headers: key }, 'method_not_allowed', ['allow_method']],
      [
        { path: '/same/permitted', method: 'PUT', headers: key },
        'method_not_configured',
        ['add_method', 'allow_method'],
      ],
      [{ path: '/same/off', headers: key }, 'no_route_match', ['enable_route', 'grant_permission']],
      [
        { path: '/same/permitted', headers: { 'X-API-Key': suspended.api_key } },
        'client_suspended',
        ['activate_client', 'grant_permission'],
      ],
      [
        { path: '/same/small', method: 'POST', headers: signed(), body: 'a long body' },
        'payload_too_large',
        ['raise_body_limit', 'grant_permission'],
      ],
      [{ path: '/same/slash/a%2Fb;c' }, 'malformed_request', ['allow_path']],
    ];
    for (const [asked, code, actions] of rows) {
      const before = await explain(asked);
      expect([asked.path, before.allowed, before.code, actionsOf(before)]).toEqual([asked.path, false, code, actions]);
      expect(await call(asked)).toEqual({ status: before.status, code: before.code });
      await make(before);
      expect(await explain(asked)).toMatchObject({ allowed: true, would_allow: [] });
      expect((await call(asked)).status).toBe(200);
    }
  });

  it.each<[string, Asked, object, string[]]>([
    [
      'without a credential',
      { path: '/plain' },
      { code: 'credentials_missing', status: 401, cause: 'no_credential' },
      ['present_credential'],
    ],
    [
      'with a wrong key',
      { path: '/plain', headers: { 'X-API-Key': SECRET } },
      { code: 'invalid_credentials', cause: 'api_key_unknown' },
      ['present_credential'],
    ],
    [
      'with a signature for a key method',
      { path: '/plain', headers: { Authorization: `HMAC client_id="${SECRET}"` } },
      { code: 'invalid_credentials', cause: 'hmac_not_accepted' },
      ['present_credential'],
    ],
    ['for no route', { path: '/nowhere' }, { code: 'no_route_match', status: 404, route_id: null }, ['create_route']],
    ['of an odd method', { path: '/plain', method: 'PROPFIND' }, { code: 'method_not_configured', status: 405 }, []],
    ['with dot segments', { path: '/plain/../x' }, { code: 'malformed_request', cause: 'dot_segment' }, []],
    [
      'with the same credential twice',
      { path: '/plain', headers: { 'x-api-key': 'a', 'X-API-Key': 'b' } },
      { code: 'malformed_request', cause: 'duplicate_credential', steps: [{ step: 'request', outcome: 'malformed' }] },
      [],
    ],
    [
      'refused by a condition',
      { path: '/conditional', ip: '192.0.2.1' },
      { code: 'condition_denied', cause: 'condition_not_met' },
      ['meet_condition'],
    ],
    [
      'allowed by a condition',
      { path: '/conditional', ip: '10.0.0.1' },
      { code: 'no_auth_required', allowed: true },
      [],
    ],
    [
      'whose condition cannot be evaluated',
      { path: '/word', headers: { 'X-Number': SECRET } },
      { code: 'condition_denied', cause: 'condition_not_evaluable' },
      ['meet_condition'],
    ],
  ])('of a request %s', async (_, asked, expected, actions) => {
    const demands: Record<string, object> = {
      '/plain': WITH_KEY,
      '/conditional': { auth_required: false, condition: "request.ip in ['10.0.0.0/8']" },
      '/word': { auth_required: false, condition: "bool(request.headers['x-number'])" },
    };
    for (const [pattern, demand] of Object.entries(demands)) {
      await addRoute(pattern, { GET: demand }).catch(() => undefined);
    }
    const explained = await explain(asked);
    expect(explained).toMatchObject(expected);
    expect(actionsOf(explained)).toEqual(actions);
    expect(JSON.stringify(explained)).not.toContain(SECRET);
  });

  it('proposes a route that is never public', async () => {
    const { would_allow } = (await explain({ path: '/new/a:b', method: 'POST' })) as Explained;
    const [{ request } = {}] = would_allow;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/api/admin/routes',
      body: { route_pattern: '/new/a%3Ab', methods: { POST: { auth_required: true, auth_types: ['api_key'] } } },
    });
    await gateway.admin('POST', '/routes', request?.body);
    expect(await call({ path: '/new/a:b', method: 'POST' })).toEqual({ status: 401, code: 'credentials_missing' });
  });

  it('takes a request to be from the client that is named, by id or alias', async () => {
    const { client_id } = await addClient({ alias: 'mobile-app' });
    const route_id = await addRoute('/assumed', {
      GET: { auth_required: true, auth_types: ['hmac', 'jwt'] },
      POST: { auth_required: false },
    });
    const refused = await explain({ path: '/assumed', client_id, headers: { 'X-API-Key': SECRET } });
    expect(refused).toMatchObject({ code: 'no_permission', client_id, route_id });
    expect(stepOf(refused, 'credential')).toMatchObject({
      outcome: 'accepted',
      assumed: true,
      principal: { method: 'hmac', credential_id: null },
      presented: [{ source: 'X-API-Key', outcome: 'not_looked_at' }],
    });
    await make(refused);
    expect(await explain({ path: '/assumed', client_id: 'mobile-app' })).toMatchObject({ allowed: true, client_id });
    expect(await explain({ path: '/assumed', client_id, method: 'POST' })).toMatchObject({
      code: 'no_auth_required',
      client_id: null,
    });
    expect(await call({ path: '/assumed' })).toMatchObject({ status: 401 });
    await expect(explain({ path: '/assumed', client_id: UNKNOWN_ID })).rejects.toThrow(/400.*"pointer":"\/client_id"/);
  });

  it('of a client behind a token with roles says which roles it needs', async () => {
    const { client_id } = await addClient();
    const route_id = await addRoute('/roles', {
      GET: { auth_required: true, auth_type: 'jwt', roles_any: ['editor'] },
    });
    await permit(client_id, route_id);
    const explained = await explain({ path: '/roles', client_id });
    expect(explained).toMatchObject({ code: 'insufficient_role', status: 403 });
    expect(stepOf(explained, 'roles')).toMatchObject({ outcome: 'insufficient', held: [], any: ['editor'] });
    expect(explained.would_allow).toEqual([
      { action: 'use_token_with_roles', detail: 'the token needs any role of editor' },
    ]);
  });

  it('tells why a token is not accepted, without a word of the token', async () => {
    await gateway.admin('POST', '/issuers', {
      name: 'corp',
      type: 'static',
      secret: ISSUER_SECRET,
      issuer: 'https://idp.example',
      audiences: ['api'],
    });
    const demand = { auth_required: true, auth_type: 'jwt', roles_any: ['editor'], scopes_all: ['write'] };
    const route_id = await addRoute('/token', { GET: demand });
    const basic = { iss: 'https://idp.example', aud: 'api', sub: 'user-1', exp: Date.now() / 1000 + 600 };
    const explainToken = async (claims: object) => {
      const token = signHs256({ ...basic, ...claims });
      const explained = await explain({ path: '/token', headers: { Authorization: `Bearer ${token}` } });
      expect(JSON.stringify(explained)).not.toContain(token.slice(0, 20));
      expect(JSON.stringify(explained)).not.toContain(token.slice(-20));
      return explained;
    };
    expect(await explainToken({ exp: 1 })).toMatchObject({
      code: 'invalid_credentials',
      cause: 'token_expired',
      route_id,
    });
    expect(await explainToken({ iss: 'https://evil.example' })).toMatchObject({ code: 'invalid_credentials' });
    const asReader = await explainToken({ roles: ['reader'], scope: 'read' });
    expect(asReader).toMatchObject({ code: 'insufficient_role', client_id: null });
    expect(stepOf(asReader, 'credential').principal).toEqual({ kind: 'user', user_id: 'user-1', issuer: 'corp' });
    expect(stepOf(asReader, 'roles')).toMatchObject({ held: ['reader'], any: ['editor'], all: [] });
    const asEditor = await explainToken({ roles: ['editor'], scope: 'read' });
    expect([asEditor.code, actionsOf(asEditor)]).toEqual(['insufficient_scope', ['use_token_with_scopes']]);
    expect(await explainToken({ roles: ['editor'], scope: 'read write' })).toMatchObject({ allowed: true });
  });

  it('tells of an app whether it signed', async () => {
    await addRoute('/app', { POST: { auth_required: false, protect: true } });
    const unsigned = await explain({ path: '/app', method: 'POST' });
    expect(unsigned).toMatchObject({ code: 'credentials_missing', cause: 'no_authenticity' });
    expect(stepOf(unsigned, 'protect')).toMatchObject({ outcome: 'missing', accepts: ['v1', 'v2'] });
    expect(unsigned.would_allow).toMatchObject([{ action: 'present_credential', auth_types: ['protect'] }]);
    const { key } = await gateway.admin('POST', '/protect-keys', { app: 'ios', generate: true });
    const date = secondsOf(Date.now());
    const signature = createHmac('sha256', key).update(date).digest('hex');
    const signed = { path: '/app', method: 'POST', headers: { 'X-Authenticity': signature, 'X-Date': date } };
    for (let time = 0; time < 2; time += 1) expect(await explain(signed)).toMatchObject({ allowed: true });
    expect(stepOf(await explain(signed), 'protect').principal).toMatchObject({ kind: 'app', app: 'ios' });
    expect((await call(signed)).status).toBe(200);
    const replayed = await explain(signed);
    expect(replayed).toMatchObject({ code: 'invalid_credentials', cause: 'nonce_replayed' });
    expect(JSON.stringify(replayed)).not.toContain(signature);
  });

  it('tells that a revoked client stays revoked', async () => {
    const { client_id } = await addClient({ client_name: 'Gone' });
    await gateway.admin('PATCH', `/clients/${client_id}`, { status: 'revoked' });
    await addRoute('/revoked', { GET: WITH_KEY });
    const explained = await explain({ path: '/revoked', client_id });
    expect([explained.code, actionsOf(explained)]).toEqual(['client_revoked', ['use_another_client']]);
  });

  it('tells what a policy agent said, and that it said nothing', async () => {
    await addRoute('/agent', { GET: { auth_required: false, opa: { url: agent.url, timeout_ms: 200 } } });
    agent.answer = answerJson({ result: false });
    const denied = await explain({ path: '/agent' });
    expect([denied.code, denied.cause, actionsOf(denied)]).toEqual([
      'condition_denied',
      'opa_denied',
      ['change_policy'],
    ]);
    agent.answer = answerText('', 500);
    const failed = await explain({ path: '/agent' });
    expect(failed).toMatchObject({ code: 'dependency_unavailable', status: 503, cause: 'fault' });
    expect(stepOf(failed, 'fault').message).toMatch(/^the policy agent at .* failed: it answered with status 500$/);
    expect(await call({ path: '/agent' })).toEqual({ status: 503, code: 'dependency_unavailable' });
  });
});

describe('asking for an explanation', () => {
  it('uses up no nonce, but tells of one that is used up', async () => {
    const { client_id, shared_secret } = await addClient();
    await permit(client_id, await addRoute('/nonce', { GET: { auth_required: true, auth_type: 'hmac' } }));
    const signing = { clientId: client_id, secret: shared_secret, target: '/nonce', timestamp: secondsOf(Date.now()) };
    const asked = { path: '/nonce', headers: { Authorization: hmacAuthorization(signing) } };
    for (let time = 0; time < 3; time += 1) expect((await explain(asked)).allowed).toBe(true);
    expect((await call(asked)).status).toBe(200);
    const replayed = await explain(asked);
    expect([replayed.code, replayed.cause]).toEqual(['invalid_credentials', 'nonce_replayed']);
    expect(JSON.stringify(replayed)).not.toContain(shared_secret);
  });

  it('uses up no limit, but tells of one that is used up', async () => {
    const { client_id, api_key } = await addClient();
    await permit(client_id, await addRoute('/limited', { GET: WITH_KEY }));
    await gateway.admin('PUT', `/rate-limits/${client_id}`, { requests_per_day: 1 });
    const asked = { path: '/limited', headers: { 'X-API-Key': api_key } };
    for (let time = 0; time < 3; time += 1) {
      const explained = await explain(asked);
      expect(explained.allowed).toBe(true);
      expect(stepOf(explained, 'limit')).toMatchObject({ outcome: 'within', limit: 1, window_seconds: 86_400 });
    }
    expect((await call(asked)).status).toBe(200);
    const exceeded = await explain(asked);
    expect([exceeded.code, exceeded.status, actionsOf(exceeded)]).toEqual([
      'rate_limit_exceeded',
      429,
      ['raise_limit'],
    ]);
    expect(stepOf(exceeded, 'limit')).toMatchObject({ outcome: 'exceeded', remaining: 0 });
    expect((await call(asked)).status).toBe(429);
    await make(exceeded);
    expect((await call(asked)).status).toBe(200);
  });

  it('counts nothing and leaves no trace', async () => {
    const { client_id, api_key } = await addClient();
    await permit(client_id, await addRoute('/traceless', { GET: WITH_KEY }));
    const metrics = async () => {
      const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
      return text.split('\n').filter((line) => /^(auth_|gatewarden_request)/.test(line));
    };
    expect((await call({ path: '/traceless' })).status).toBe(401);
    const [before, lines, calls] = [await metrics(), gateway.log.length, upstream.received.length];
    for (const key of [api_key, SECRET]) await explain({ path: '/traceless', headers: { 'X-API-Key': key } });
    await gateway.app.get(CredentialUsage).flush();
    expect(await metrics()).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
    expect(gateway.log.slice(lines).filter((line) => 'decision_id' in line)).toEqual([]);
    expect(upstream.received).toHaveLength(calls);
    const [credential] = await gateway.admin('GET', `/clients/${client_id}/credentials`);
    expect(credential.last_used_at).toBeNull();
  });

  it.each<[string, object, string]>([
    ['without a URL', {}, '/url'],
    ['of a path', { url: '/orders' }, '/url'],
    ['of another scheme', { url: 'file:///etc/passwd' }, '/url'],
    ['with a bad method', { url: 'http://h/', method: 'GET /' }, '/method'],
    ['that injects a header by name', { url: 'http://h/', headers: { 'X: 1\r\nY': '1' } }, '/headers/X: 1\r\nY'],
    ['that injects a header by value', { url: 'http://h/', headers: { X: `1\r\nY: ${SECRET}` } }, '/headers/X'],
    ['with a NUL in a header', { url: 'http://h/', headers: { X: '\u0000' } }, '/headers/X'],
    ['with a header past Latin-1', { url: 'http://h/', headers: { X: '\u4e00' } }, '/headers/X'],
    [
      'with too many headers',
      { url: 'http://h/', headers: Object.fromEntries([...Array(300)].map((_, i) => [`x${i}`, ''])) },
      '/headers',
    ],
    ['with a number for a header', { url: 'http://h/', headers: { X: 1 } }, '/headers/X'],
    ['from no address', { url: 'http://h/', ip: 'everywhere' }, '/ip'],
    ['with fields nobody knows', { url: 'http://h/', verbose: true }, '/verbose'],
  ])('%s is refused by field', async (_, body, pointer) => {
    const refused = await gateway.admin('POST', '/explain', body).catch((error: Error) => error.message);
    expect(refused).toMatch(/^POST \/explain: 400 /);
    expect(refused).toContain(`"pointer":${JSON.stringify(pointer)}`);
    expect(refused).not.toContain(SECRET);
  });

  it.each([
    ['http://exa mple/', 'bad_host'],
    ['http://user:secret@api.example.com/', 'bad_host'],
    ['http:///orders', 'bad_host'],
    ['http://api.example.com/a#b', 'fragment_in_target'],
    ['http://api.example.com/a b', 'forbidden_character'],
  ])('about %s is answered as any entrance would', async (url, cause) => {
    expect(await gateway.admin('POST', '/explain', { url })).toMatchObject({
      code: 'malformed_request',
      status: 400,
      cause: expect.stringContaining(cause),
      would_allow: [],
    });
  });

  it('needs an admin token', async () => {
    const reply = await fetch(`${gateway.adminUrl}/api/admin/explain`, { method: 'POST', body: '{}' });
    expect([401, 415]).toContain(reply.status);
    const named = await fetch(`${gateway.adminUrl}/api/admin/explain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'http://h/' }),
    });
    expect(named.status).toBe(401);
  });
});
