import { createHash, createHmac, randomUUID } from 'node:crypto';
import { GuardedApp } from '../support/guarded-app';
import { sendRaw } from '../support/raw-http';
import { hmacAuthorization, secondsOf } from '../support/signing';
import { SECRET as ISSUER_SECRET, signHs256 } from '../support/tokens';

const MACHINES = 'https://machines.example';

let app: GuardedApp;
let client: { client_id: string; api_key: string; shared_secret: string };
let appKey: string;
beforeAll(async () => {
  app = await GuardedApp.start();
  client = await aClient();
  ({ key: appKey } = await app.make('protect-keys', { app: 'ios', generate: true }));
  const issuer = { type: 'static', secret: ISSUER_SECRET, audiences: ['api'] };
  await app.make('issuers', { ...issuer, name: 'people', issuer: 'https://idp.example' });
  await app.make('issuers', {
    ...issuer,
    name: 'machines',
    issuer: 'https://machines.example',
    claims: { client: 'azp' },
  });
});
afterAll(() => app?.close());

const aClient = (more: object = {}) =>
  app.make('clients', {
    client_name: 'Machine',
    api_key: { generate: true },
    shared_secret: { generate: true },
    ...more,
  });
const call = (method: string, path: string, headers: object = {}, body?: string) =>
  app.call(method, `/guarded/${path}`, { headers, body });

function signed(text: { method: string; path: string; body?: string; nonce?: string }) {
  const { client_id: clientId, shared_secret: secret } = client;
  const { path, ...rest } = text;
  return {
    Authorization: hmacAuthorization({
      ...rest,
      clientId,
      secret,
      target: `/guarded/${path}`,
      timestamp: secondsOf(Date.now()),
    }),
  };
}

function ofApp(body: string, { key = appKey, path = 'app', nonce = randomUUID() } = {}) {
  const date = secondsOf(Date.now());
  const digest = createHash('sha256').update(body).digest('hex');
  const message = `POST\n/guarded/${path}\n${date}\n${nonce}\n${digest}`;
  const authenticity = createHmac('sha256', key).update(message).digest('hex');
  return { 'X-Authenticity': authenticity, 'X-Date': date, 'X-Nonce': nonce };
}

const token = (claims: object = {}, secret = ISSUER_SECRET) => {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const basic = { iss: 'https://idp.example', aud: 'api', sub: 'user-1', exp };
  return { Authorization: `Bearer ${signHs256({ ...basic, ...claims }, {}, secret)}` };
};

describe('a handler behind a guard', () => {
  it('is told whom the guard let in', async () => {
    const machine = { kind: 'client', client_id: client.client_id };
    expect((await call('GET', 'open')).body).toEqual({ kind: 'nobody' });
    expect((await call('GET', 'key', { 'X-API-Key': client.api_key })).body).toEqual({ ...machine, method: 'api_key' });
    expect((await call('GET', 'key', { Authorization: `Bearer ${client.api_key}` })).status).toBe(200);
    const body = '{"amount": 7}';
    expect((await call('POST', 'signed', signed({ method: 'POST', path: 'signed', body }), body)).body).toEqual({
      ...machine,
      method: 'hmac',
    });
    expect((await call('GET', 'signed?a=1', signed({ method: 'GET', path: 'signed?a=1' }))).status).toBe(200);
    expect((await call('POST', 'app', ofApp(body), body)).body).toEqual({ kind: 'app', app: 'ios' });
    expect((await call('GET', 'token', token())).body).toEqual({ kind: 'user', user_id: 'user-1' });
    expect((await call('GET', 'token', token({ azp: client.client_id, iss: MACHINES }))).body).toEqual({
      ...machine,
      method: 'jwt',
    });
  });

  it.each<[string, string, () => object, string, string]>([
    ['key', 'no credential', () => ({}), 'credentials_missing', 'ApiKey'],
    ['key', 'a wrong key', () => ({ 'X-API-Key': 'wrong-key-0001' }), 'invalid_credentials', 'ApiKey'],
    ['key', 'a token', token, 'invalid_credentials', 'ApiKey'],
    ['key', 'a signature', () => signed({ method: 'GET', path: 'key' }), 'invalid_credentials', 'ApiKey'],
    ['signed', 'no credential', () => ({}), 'credentials_missing', 'HMAC'],
    ['signed', 'a key', () => ({ 'X-API-Key': client.api_key }), 'invalid_credentials', 'HMAC'],
    [
      'signed',
      'a signature of another path',
      () => signed({ method: 'GET', path: 'key' }),
      'invalid_credentials',
      'HMAC',
    ],
    [
      'signed?a=2',
      'a signature of another query',
      () => signed({ method: 'GET', path: 'signed?a=1' }),
      'invalid_credentials',
      'HMAC',
    ],
    ['token', 'no credential', () => ({}), 'credentials_missing', 'Bearer'],
    ['token', 'a key', () => ({ 'X-API-Key': client.api_key }), 'invalid_credentials', 'Bearer'],
    ['token', 'a token signed by somebody else', () => token({}, 'x'.repeat(40)), 'invalid_credentials', 'Bearer'],
    ['token', 'a token that has expired', () => token({ exp: 1 }), 'invalid_credentials', 'Bearer'],
    [
      'token',
      'a token of another issuer',
      () => token({ iss: 'https://evil.example' }),
      'invalid_credentials',
      'Bearer',
    ],
    ['token', 'a token for somebody else', () => token({ aud: 'other' }), 'invalid_credentials', 'Bearer'],
    [
      'token',
      'a token of an unknown client',
      () => token({ azp: 'nobody', iss: MACHINES }),
      'invalid_credentials',
      'Bearer',
    ],
    [
      'token',
      'a token without a signature',
      () => ({ Authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.' }),
      'invalid_credentials',
      'Bearer',
    ],
    ['both', 'a token but no app', token, 'credentials_missing', 'Authenticity'],
  ])('of %s refuses %s', async (path, _, headers, code, challenge) => {
    const refused = await call('GET', path, headers());
    expect(refused).toMatchObject({ status: 401, body: { status: 401, code } });
    expect(refused.challenge).toMatch(new RegExp(`^${challenge} `));
    expect(JSON.stringify(refused.body)).not.toMatch(/expired|unknown|signature|issuer/);
  });

  it('refuses a request that could be read in two ways', async () => {
    const headers = { Authorization: `ApiKey ${client.api_key}`, Connection: 'Authorization' };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const port = Number(new URL(app.url).port);
    const reply = await sendRaw(port, `GET /guarded/key HTTP/1.1\r\nHost: a\r\n${lines.join('')}\r\n`);
    expect(reply.text).toContain('"code":"malformed_request"');
    expect(reply.status).toBe(400);
  });

  it('refuses a body that is not the signed one, byte by byte', async () => {
    const body = '{"amount": 7}';
    for (const other of ['{"amount": 8}', '{"amount":7}', '{}']) {
      expect((await call('POST', 'signed', signed({ method: 'POST', path: 'signed', body }), other)).status).toBe(401);
      expect((await call('POST', 'app', ofApp(body), other)).status).toBe(401);
    }
    expect((await call('POST', 'app', ofApp(body, { key: 'x'.repeat(40) }), body)).status).toBe(401);
  });

  it('takes a nonce once, of 20 that come at the same time', async () => {
    const headers = signed({ method: 'GET', path: 'signed' });
    const replies = await Promise.all(Array.from({ length: 20 }, () => call('GET', 'signed', headers)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('never mistakes one caller for another that comes at the same time', async () => {
    const users = Array.from({ length: 60 }, (_, index) => `user-${index}`);
    const replies = await Promise.all(
      users.map((sub, index) => call('GET', 'token', index % 3 === 0 ? token({ exp: 1 }) : token({ sub }))),
    );
    const expected = users.map((sub, index) => (index % 3 === 0 ? undefined : sub));
    expect(replies.map(({ body }) => body.user_id)).toEqual(expected);
  });

  it('refuses a suspended and a revoked client from the very next request on', async () => {
    const other = await aClient({ client_name: 'Passing' });
    const headers = { 'X-API-Key': other.api_key };
    const asToken = token({ azp: other.client_id, iss: MACHINES });
    expect((await call('GET', 'key', headers)).status).toBe(200);
    for (const status of ['suspended', 'revoked']) {
      await app.make(`clients/${other.client_id}`, { status }, 'PATCH');
      expect(await call('GET', 'key', headers)).toMatchObject({ status: 403, body: { code: `client_${status}` } });
      expect(await call('GET', 'token', asToken)).toMatchObject({ status: 403, body: { code: `client_${status}` } });
    }
  });
});

describe('an application that keeps no raw body', () => {
  it('has signed bodies refused, lets signatures without a body in, and knows its own issuers only', async () => {
    const [before, formerClient] = [app, client];
    app = await GuardedApp.start({ rawBody: false });
    try {
      client = await aClient();
      const body = '{"amount": 7}';
      expect((await call('POST', 'signed', signed({ method: 'POST', path: 'signed', body }), body)).status).toBe(401);
      expect((await call('GET', 'signed', signed({ method: 'GET', path: 'signed' }))).status).toBe(200);
      // Strategies of Passport are known to the whole process, policies are not.
      expect((await call('GET', 'token', token())).status).toBe(401);
      expect((await before.call('GET', '/guarded/token', { headers: token() })).status).toBe(200);
    } finally {
      await app.close();
      [app, client] = [before, formerClient];
    }
  });
});
