import { createHash, createHmac, randomUUID } from 'node:crypto';
import { ProtectKeyEntity } from '../../src/protect-keys/protect-key.entity';
import { Gateway } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';
import { secondsOf } from '../support/signing';

const PROTECT = { auth_required: false, protect: true };

let gateway: Gateway;
let upstream: RecordingUpstream;
let routeId: string;
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
  gateway = await Gateway.start();
  const route = { methods: { POST: PROTECT, GET: PROTECT } };
  ({ routeId } = await gateway.publish({ upstreams: [upstream.url], isPublic: true, pattern: '/request/*', route }));
});
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
});

interface ProtectKey {
  readonly protect_key_id: string;
  readonly key: string;
}

const aKey = (): Promise<ProtectKey> => gateway.admin('POST', '/protect-keys', { app: 'ios', generate: true });
const sign = (message: string, key: string) => createHmac('sha256', key).update(message).digest('hex');

function v1({ key }: ProtectKey, date: string = secondsOf(Date.now())): Record<string, string> {
  return { 'X-Authenticity': sign(date, key), 'X-Date': date };
}

function v2({ key }: ProtectKey, method: string, target: string, body = ''): Record<string, string> {
  const date = secondsOf(Date.now());
  const nonce = randomUUID();
  const digest = createHash('sha256').update(body).digest('hex');
  const message = `${method}\n${target}\n${date}\n${nonce}\n${digest}`;
  return { 'X-Authenticity': sign(message, key), 'X-Date': date, 'X-Nonce': nonce };
}

async function post(target: string, headers: Record<string, string>, body?: string) {
  const reply = await fetch(gateway.proxyUrl + target, { method: 'POST', headers, body });
  const { code } = (await reply.json()) as { code?: string };
  return { status: reply.status, code, challenge: reply.headers.get('www-authenticate') };
}

const lastCause = () => gateway.log.findLast((line) => line.cause !== undefined)?.cause;

describe('a protected route', () => {
  it('is proxied without a token for an app that signs', async () => {
    const key = await aKey();
    expect(await post('/request/otp', v1(key), '{"phone":"1"}')).toMatchObject({ status: 200 });
    expect(upstream.last).toMatchObject({ method: 'POST', url: '/request/otp', body: '{"phone":"1"}' });
    expect(fieldValues(upstream.last.rawHeaders, 'x-auth-method')).toEqual(['protect']);
    expect(fieldValues(upstream.last.rawHeaders, 'x-client-id')).toEqual([]);
    const headers = v2(key, 'POST', '/request/otp?a=1', '{"phone":"2"}');
    expect(await post('/request/otp?a=1', headers, '{"phone":"2"}')).toMatchObject({ status: 200 });
    expect(upstream.last).toMatchObject({ url: '/request/otp?a=1', body: '{"phone":"2"}' });
  });

  it('is closed to everybody else', async () => {
    const { length } = upstream.received;
    const key = await aKey();
    const challenge = 'Authenticity realm="gatewarden"';
    expect(await post('/request/otp', {})).toEqual({ status: 401, code: 'credentials_missing', challenge });
    const junk = await post('/request/otp', { 'X-Authenticity': 'junk', 'X-Date': '1' });
    expect(junk).toEqual({ status: 401, code: 'invalid_credentials', challenge });
    const old = v1(key, secondsOf(Date.now() - 301_000));
    expect(await post('/request/otp', old)).toMatchObject({ status: 401 });
    expect(lastCause()).toBe('timestamp_outside_window');
    const changed = v2(key, 'POST', '/request/otp', '{"phone":"1"}');
    expect(await post('/request/otp', changed, '{"phone":"2"}')).toMatchObject({ status: 401 });
    expect(lastCause()).toBe('authenticity_wrong');
    const twice = `X-Authenticity: ${'0'.repeat(64)}\r\nX-Authenticity: ${'0'.repeat(64)}\r\n`;
    const raw = `GET /request/otp HTTP/1.1\r\nHost: x.example\r\n${twice}X-Date: 1\r\n\r\n`;
    expect((await sendRaw(gateway.proxyPort, raw)).status).toBe(400);
    expect(upstream.received).toHaveLength(length);
  });

  it('lets one of 20 copies in, of either version', async () => {
    const key = await aKey();
    for (const headers of [v1(key), v2(key, 'POST', '/request/copies')]) {
      const replies = await Promise.all(Array.from({ length: 20 }, () => post('/request/copies', headers)));
      expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)]);
    }
    expect(lastCause()).toBe('nonce_replayed');
  });

  it('follows its keys at once: new, rotated, ended, deleted', async () => {
    const key = await aKey();
    const path = `/protect-keys/${key.protect_key_id}`;
    const status = async (held: ProtectKey) => (await post('/request/otp', v2(held, 'POST', '/request/otp'))).status;
    expect(await status(key)).toBe(200);
    const next = (await gateway.admin('POST', `${path}/rotate`, { overlap_seconds: 60 })) as ProtectKey;
    expect([await status(key), await status(next)]).toEqual([200, 200]);
    await gateway.admin('PATCH', path, { expires_at: Math.floor(Date.now() / 1000) - 1 });
    expect([await status(key), await status(next)]).toEqual([401, 200]);
    await gateway.admin('PATCH', path, { expires_at: null });
    expect(await status(key)).toBe(200);
    await gateway.admin('DELETE', path);
    expect([await status(key), await status(next)]).toEqual([401, 200]);
  });

  it('says which versions it takes', async () => {
    const key = await aKey();
    await gateway.admin('PATCH', `/routes/${routeId}`, { protect_versions: ['v2'] });
    expect(await post('/request/v', v1(key))).toMatchObject({ status: 401 });
    expect(lastCause()).toBe('protect_v1_not_accepted');
    expect(await post('/request/v', v2(key, 'POST', '/request/v'))).toMatchObject({ status: 200 });
    await gateway.admin('PATCH', `/routes/${routeId}`, { protect_versions: ['v1', 'v2'] });
  });

  it('may ask for a credential as well', async () => {
    const key = await aKey();
    const both = { auth_required: true, auth_type: 'api_key', protect: true };
    const published = {
      upstreams: [upstream.url],
      pattern: '/both',
      methods: ['POST'],
      route: { methods: { POST: both } },
    };
    const { key: apiKey } = await gateway.publish(published);
    const signed = () => v2(key, 'POST', '/both');
    expect(await post('/both', { ...signed(), 'x-api-key': apiKey })).toMatchObject({ status: 200 });
    expect(await post('/both', { 'x-api-key': apiKey })).toMatchObject({ status: 401, code: 'credentials_missing' });
    expect(await post('/both', signed())).toMatchObject({ status: 401, code: 'credentials_missing' });
    expect(await post('/both', { ...signed(), 'x-api-key': 'x' })).toMatchObject({ code: 'invalid_credentials' });
  });

  it('goes on with the other keys when one cannot be opened', async () => {
    const [bad, good] = [await aKey(), await aKey()];
    const { protect_key_id: protectKeyId } = bad;
    await gateway.dataSource.manager.update(ProtectKeyEntity, { protectKeyId }, { secret: 'v1.junk' });
    await gateway.admin('PATCH', `/protect-keys/${bad.protect_key_id}`, { app: 'broken' });
    expect(await post('/request/o', v2(bad, 'POST', '/request/o'))).toMatchObject({ status: 401 });
    expect(await post('/request/o', v2(good, 'POST', '/request/o'))).toMatchObject({ status: 200 });
    const line = { level: 'error', msg: expect.stringContaining(bad.protect_key_id) };
    expect(gateway.log).toContainEqual(expect.objectContaining(line));
    await gateway.admin('DELETE', `/protect-keys/${bad.protect_key_id}`);
  });
});
