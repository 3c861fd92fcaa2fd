import { randomBytes } from 'node:crypto';
import { CredentialEntity } from '../../src/clients/credential.entity';
import { Gateway } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';
import { type HmacText, hmacAuthorization, secondsOf } from '../support/signing';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const HOST = 'hmac.example';

let gateway: Gateway;
let upstream: RecordingUpstream;
let routeId: string;
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
  gateway = await Gateway.start();
  const methods = Object.fromEntries(METHODS.map((method) => [method, { auth_required: true, auth_type: 'hmac' }]));
  const published = { upstreams: [upstream.url], isPublic: true, pattern: '/hmac/*', route: { methods } };
  ({ routeId } = await gateway.publish(published));
});
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

interface Signer {
  readonly clientId: string;
  readonly secret: string;
  readonly apiKey: string;
  readonly credentialId: string;
}

/** A client with a secret, a key and permission for the route. */
async function aSigner(more: object = {}): Promise<Signer> {
  const sent = { client_name: 'Signer', shared_secret: { generate: true }, api_key: { generate: true }, ...more };
  const client = await gateway.admin('POST', '/clients', sent);
  const permission = { client_id: client.client_id, route_id: routeId, allowed_methods: METHODS };
  await gateway.admin('POST', '/permissions', permission);
  const credential = client.credentials.find(({ kind }: { kind: string }) => kind === 'hmac_secret');
  return {
    clientId: client.client_id,
    secret: client.shared_secret,
    apiKey: client.api_key,
    credentialId: credential.credential_id,
  };
}

function authorization(text: HmacText): string {
  return hmacAuthorization({ target: '/hmac/1', timestamp: secondsOf(Date.now()), ...text });
}

/** Sends a request that is signed as `text` says. */
async function call(text: HmacText, headers: Record<string, string> = {}) {
  const { method = 'GET', target = '/hmac/1', body } = text;
  const reply = await fetch(gateway.proxyUrl + target, {
    method,
    headers: { authorization: authorization(text), ...headers },
    body: typeof body === 'string' ? body : body && new Uint8Array(body),
  });
  const answer = (await reply.json()) as { code?: string };
  return { status: reply.status, code: answer.code, headers: reply.headers };
}

/** The cause of the last refusal, which only the log tells. */
function lastCause(): unknown {
  return gateway.log.findLast((line) => line.cause !== undefined)?.cause;
}

describe('a signed request through the proxy', () => {
  it('reaches the upstream with its body as it was sent, and without the signature', async () => {
    const signer = await aSigner();
    const body = randomBytes(300_000);
    expect(await call({ ...signer, method: 'POST', target: '/hmac/1?a=%20b', body })).toMatchObject({ status: 200 });
    const { last } = upstream;
    expect(last).toMatchObject({ method: 'POST', url: '/hmac/1?a=%20b', body: body.toString('latin1') });
    expect(fieldValues(last.rawHeaders, 'authorization')).toEqual([]);
    expect(fieldValues(last.rawHeaders, 'content-length')).toEqual(['300000']);
    expect(fieldValues(last.rawHeaders, 'x-client-id')).toEqual([signer.clientId]);
    expect(fieldValues(last.rawHeaders, 'x-auth-method')).toEqual(['hmac']);
  });

  it('may name its client by an alias', async () => {
    const signer = await aSigner({ alias: 'legacy-key-7' });
    expect((await call({ ...signer, clientId: 'legacy-key-7' })).status).toBe(200);
    expect(fieldValues(upstream.last.rawHeaders, 'x-client-id')).toEqual([signer.clientId]);
  });

  it('is let in once, also when 20 copies come at the same time', async () => {
    const text = { ...(await aSigner()), method: 'POST', nonce: 'once', body: '{}' };
    const replies = await Promise.all(Array.from({ length: 20 }, () => call(text)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(replies.map(({ code }) => code))).toEqual(new Set([undefined, 'invalid_credentials']));
    expect(await call(text)).toMatchObject({ status: 401, code: 'invalid_credentials' });
    expect(lastCause()).toBe('nonce_replayed');
  });

  it('is refused when its body is another, with the connection kept', async () => {
    const signer = await aSigner();
    const before = upstream.received.length;
    const headers = `Authorization: ${authorization({ ...signer, method: 'POST', body: 'right' })}\r\n`;
    const raw = `POST /hmac/1 HTTP/1.1\r\nHost: ${HOST}\r\n${headers}Content-Length: 5\r\n\r\nwrong`;
    const reply = await sendRaw(gateway.proxyPort, raw);
    expect(reply).toMatchObject({ status: 401, closed: false });
    expect(reply.text).toMatch(/^WWW-Authenticate: HMAC realm="gatewarden"\r$/m);
    expect(reply.text).not.toContain('signature');
    expect(upstream.received).toHaveLength(before);
  });

  it('may come in chunks', async () => {
    const signer = await aSigner();
    const headers = `Authorization: ${authorization({ ...signer, method: 'PUT', body: 'one two' })}\r\n`;
    const chunks = '4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n';
    const raw = `PUT /hmac/1 HTTP/1.1\r\nHost: ${HOST}\r\n${headers}Transfer-Encoding: chunked\r\n\r\n${chunks}`;
    expect((await sendRaw(gateway.proxyPort, raw)).status).toBe(200);
    expect(upstream.last.body).toBe('one two');
    expect(fieldValues(upstream.last.rawHeaders, 'content-length')).toEqual(['7']);
    expect(fieldValues(upstream.last.rawHeaders, 'transfer-encoding')).toEqual([]);
  });

  it('is asked for its body once where the client waits to be', async () => {
    const signer = await aSigner();
    const headers = `Authorization: ${authorization({ ...signer, method: 'POST', body: 'late' })}\r\n`;
    const raw = `POST /hmac/1 HTTP/1.1\r\nHost: ${HOST}\r\n${headers}Expect: 100-continue\r\nContent-Length: 4\r\n\r\nlate`;
    const { text } = await sendRaw(gateway.proxyPort, raw);
    expect(text.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200']);
    expect(upstream.last.body).toBe('late');
  });

  it('that waits with a body is refused without it where the rest is wrong already', async () => {
    const signer = await aSigner();
    const headers = `Authorization: ${authorization({ ...signer, timestamp: '1', method: 'POST', body: 'late' })}\r\n`;
    const raw = `POST /hmac/1 HTTP/1.1\r\nHost: ${HOST}\r\n${headers}Expect: 100-continue\r\nContent-Length: 4\r\n\r\n`;
    const { status, text, closed } = await sendRaw(gateway.proxyPort, raw);
    expect({ status, closed }).toEqual({ status: 401, closed: true });
    expect(text).not.toContain('100 Continue');
  });

  it.each([
    ['declares', 'Content-Length: 1001\r\n\r\n'],
    ['sends in chunks', `Transfer-Encoding: chunked\r\n\r\n3e9\r\n${'x'.repeat(1001)}\r\n0\r\n\r\n`],
  ])('that %s more than its route takes is 413', async (_, rest) => {
    const signer = await aSigner();
    await gateway.admin('PATCH', `/routes/${routeId}`, { max_body_bytes: 1000 });
    const most = await call({ ...signer, method: 'POST', body: 'x'.repeat(1000) });
    const headers = `Authorization: ${authorization({ ...signer, method: 'POST', body: 'x'.repeat(1001) })}\r\n`;
    const raw = `POST /hmac/1 HTTP/1.1\r\nHost: ${HOST}\r\n${headers}${rest}`;
    const reply = await sendRaw(gateway.proxyPort, raw);
    await gateway.admin('PATCH', `/routes/${routeId}`, { max_body_bytes: null });
    expect(most.status).toBe(200);
    expect(reply).toMatchObject({ status: 413, closed: true });
    expect(reply.text).toContain('"code":"payload_too_large"');
  });

  it('is refused for its signature beside a good key', async () => {
    const signer = await aSigner();
    const beside = { 'x-api-key': signer.apiKey };
    const expected = { status: 401, code: 'invalid_credentials' };
    expect(await call({ ...signer, secret: 'guess' }, beside)).toMatchObject(expected);
    expect(lastCause()).toBe('hmac_signature_wrong');
    for (const headers of [beside, { authorization: `Bearer ${signer.apiKey}` }, { authorization: signer.apiKey }]) {
      const reply = await fetch(`${gateway.proxyUrl}/hmac/1`, { headers: headers as Record<string, string> });
      expect(reply.status).toBe(401);
    }
  });

  it('is told nothing of which half was wrong', async () => {
    const signer = await aSigner();
    const bodies = [];
    for (const wrong of [{ secret: 'guess' }, { clientId: 'nobody' }, { timestamp: '1' }, { method: 'PUT' }]) {
      const reply = await fetch(`${gateway.proxyUrl}/hmac/1`, {
        headers: { authorization: authorization({ ...signer, ...wrong }) },
      });
      const { request_id, decision_id, ...body } = (await reply.json()) as Record<string, unknown>;
      bodies.push({ status: reply.status, challenge: reply.headers.get('www-authenticate'), ...body });
    }
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  });
});

describe('the secrets of a client', () => {
  it('follow one another at once', async () => {
    const signer = await aSigner();
    const path = `/clients/${signer.clientId}/credentials`;
    const rotated = await gateway.admin('POST', `${path}/${signer.credentialId}/rotate`, { overlap_seconds: 60 });
    expect((await call(signer)).status).toBe(200);
    expect((await call({ ...signer, secret: rotated.secret })).status).toBe(200);
    const last = await gateway.admin('POST', `${path}/${rotated.credential_id}/rotate`, { overlap_seconds: 0 });
    expect((await call({ ...signer, secret: rotated.secret })).status).toBe(401);
    expect(lastCause()).toBe('hmac_secret_expired');
    expect((await call({ ...signer, secret: last.secret })).status).toBe(200);
    await gateway.admin('DELETE', `${path}/${last.credential_id}`);
    expect((await call({ ...signer, secret: last.secret })).status).toBe(401);
    await gateway.admin('DELETE', `${path}/${signer.credentialId}`);
    expect((await call(signer)).status).toBe(401);
  });

  it('end with what is done to the client', async () => {
    const signer = await aSigner();
    const set = (status: string) => gateway.admin('PATCH', `/clients/${signer.clientId}`, { status });
    await set('suspended');
    expect(await call(signer)).toMatchObject({ status: 403, code: 'client_suspended' });
    await set('active');
    expect((await call(signer)).status).toBe(200);
    await set('revoked');
    expect(await call(signer)).toMatchObject({ status: 403, code: 'client_revoked' });
    await gateway.admin('DELETE', `/clients/${signer.clientId}`);
    expect(await call(signer)).toMatchObject({ status: 401, code: 'invalid_credentials' });
  });

  it('are loaded without the one that cannot be opened', async () => {
    const signer = await aSigner();
    const added = await gateway.admin('POST', `/clients/${signer.clientId}/credentials`, {
      kind: 'hmac_secret',
      generate: true,
    });
    const { credentialId } = signer;
    await gateway.dataSource.manager.update(CredentialEntity, { credentialId }, { secret: 'v1.junk' });
    await gateway.admin('PATCH', `/clients/${signer.clientId}`, { client_name: 'Reloaded' });
    expect((await call(signer)).status).toBe(401);
    expect((await call({ ...signer, secret: added.secret })).status).toBe(200);
    expect(gateway.log).toContainEqual(
      expect.objectContaining({ level: 'error', msg: expect.stringContaining(signer.credentialId) }),
    );
    expect((await call(await aSigner())).status).toBe(200);
  });

  it('appear in no log line', async () => {
    const signer = await aSigner();
    await call(signer);
    await call({ ...signer, timestamp: '1' });
    const text = JSON.stringify(gateway.log);
    expect(text).not.toContain(signer.secret);
    expect(text).not.toMatch(/signature=/);
  });
});
