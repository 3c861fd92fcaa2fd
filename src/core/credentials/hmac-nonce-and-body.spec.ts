import { CLIENT_ID, decideSigned, HMAC_DEMANDS, signedRequest } from '../../../test/support/hmac-scene';
import { aClient, aRequest, aRoute, aSnapshot, NOW_MS, portsAt, type RouteText } from '../../../test/support/policy';
import { anHmacSecret, hmacAuthorization, RememberedNonces } from '../../../test/support/signing';
import { decide } from '../decide';
import { BODY_NOT_AVAILABLE, type RequestBody } from '../request-body';

const AUTHENTICATED = { code: 'authenticated' };

describe('the nonce of an HMAC credential', () => {
  it('is used up by the first request', () => {
    const nonces = new RememberedNonces();
    const request = signedRequest();
    expect(decideSigned(request, { nonces })).toMatchObject(AUTHENTICATED);
    expect(decideSigned(request, { nonces })).toMatchObject({ code: 'invalid_credentials', cause: 'nonce_replayed' });
    expect(decideSigned(signedRequest(), { nonces })).toMatchObject(AUTHENTICATED);
  });

  it('is not used up by a request that is not signed right, however it is wrong', () => {
    const nonces = new RememberedNonces();
    for (const wrong of [{ secret: 'guess' }, { clientId: 'stranger' }, { timestamp: '1' }, { method: 'POST' }]) {
      expect(decideSigned(signedRequest({ nonce: 'n', ...wrong }, { method: 'GET' }), { nonces })).toMatchObject({
        allowed: false,
      });
    }
    expect(nonces.asked).toEqual([]);
    expect(decideSigned(signedRequest({ nonce: 'n' }), { nonces })).toMatchObject(AUTHENTICATED);
  });

  it('is used up by a request that is refused for what it asks', () => {
    const nonces = new RememberedNonces();
    const request = signedRequest();
    expect(decideSigned(request, { nonces, client: { permissions: new Map() } })).toMatchObject({
      code: 'no_permission',
    });
    expect(decideSigned(request, { nonces })).toMatchObject({ cause: 'nonce_replayed' });
  });

  it('is not used up by a client that is not active', () => {
    const nonces = new RememberedNonces();
    decideSigned(signedRequest(), { nonces, client: { status: 'suspended' } });
    decideSigned(signedRequest(), { nonces, client: { status: 'revoked' } });
    expect(nonces.asked).toEqual([]);
  });

  it('is kept for its client, by its id, for twice the window and more', () => {
    const tryTake = jest.fn(() => true);
    decideSigned(signedRequest({ clientId: 'legacy-7', nonce: 'n-1' }), { nonces: { tryTake } });
    expect(tryTake).toHaveBeenCalledWith(`hmac:${CLIENT_ID}:n-1`, 610_000);
  });

  it('is kept by its digest when it is long', () => {
    const nonces = new RememberedNonces();
    const nonce = 'n'.repeat(256);
    expect(decideSigned(signedRequest({ nonce }), { nonces })).toMatchObject(AUTHENTICATED);
    expect(decideSigned(signedRequest({ nonce: `${nonce.slice(1)}m` }), { nonces })).toMatchObject(AUTHENTICATED);
    expect(decideSigned(signedRequest({ nonce }), { nonces })).toMatchObject({ cause: 'nonce_replayed' });
    for (const key of nonces.asked) expect(key.length).toBeLessThan(100);
  });

  it('counts only as taken when the store says exactly that', () => {
    for (const answer of [1, 'true', {}, undefined]) {
      const nonces = { tryTake: () => answer as boolean };
      expect(decideSigned(signedRequest(), { nonces })).toMatchObject({ cause: 'nonce_replayed' });
    }
  });

  it('makes a fault of a store that is away', async () => {
    const away = new Error('the store is away');
    const thrown = {
      tryTake: () => {
        throw away;
      },
    };
    expect(() => decideSigned(signedRequest(), { nonces: thrown })).toThrow(away);
    const rejecting = { tryTake: () => Promise.reject(away) };
    const route = aRoute({ pattern: '/*', domain: '*', methods: HMAC_DEMANDS });
    const snapshot = aSnapshot({
      routes: [route],
      clients: [aClient({ clientId: CLIENT_ID, hmacSecrets: [anHmacSecret()] })],
    });
    await expect(decide(aRequest(signedRequest()), snapshot, portsAt(NOW_MS, { nonces: rejecting }))).rejects.toBe(
      away,
    );
  });
});

describe('the body an HMAC credential signs', () => {
  const asked: number[] = [];
  const recording: RequestBody = {
    read: (maxBytes) => {
      asked.push(maxBytes);
      return Buffer.alloc(0);
    },
  };

  it.each<[string, RouteText, number]>([
    ['the route', { maxBodyBytes: 10, serviceId: 'service-1' }, 10],
    ['the route, which may lift it', { maxBodyBytes: 0, serviceId: 'service-1' }, 0],
    ['the service', { serviceId: 'service-1' }, 0],
    ['nobody', {}, 0],
    ['nobody, where the service is unknown', { serviceId: 'gone' }, 0],
  ])('is read up to the limit of %s', (_, route, limit) => {
    asked.length = 0;
    expect(decideSigned(signedRequest(), { route, body: recording })).toMatchObject(AUTHENTICATED);
    expect(asked).toEqual([limit]);
  });

  it.each<['body_too_large' | 'body_incomplete', string, number]>([
    ['body_too_large', 'payload_too_large', 413],
    ['body_incomplete', 'malformed_request', 400],
  ])('that is %s makes %s', (fault, code) => {
    expect(decideSigned(signedRequest(), { body: { read: () => fault } })).toMatchObject({
      code,
      cause: fault,
      challenge: undefined,
    });
  });

  it('that a door was not given is refused, unless there was none', () => {
    const described = (headers: Record<string, string>) => {
      const Authorization = hmacAuthorization({ clientId: CLIENT_ID });
      return decideSigned({ headers: { Authorization, ...headers } }, { body: BODY_NOT_AVAILABLE });
    };
    const refused = { code: 'invalid_credentials', cause: 'body_not_available' };
    expect(described({})).toMatchObject(AUTHENTICATED);
    expect(described({ 'Content-Length': '0' })).toMatchObject(AUTHENTICATED);
    expect(described({ 'Content-Length': '1' })).toMatchObject(refused);
    expect(described({ 'Transfer-Encoding': 'chunked' })).toMatchObject(refused);
    expect(described({ 'Content-Length': 'x' })).toMatchObject(refused);
  });

  it('is not read for what is refused without it', () => {
    asked.length = 0;
    decideSigned({ headers: { Authorization: 'HMAC junk' } }, { body: recording });
    decideSigned(signedRequest({ timestamp: '1' }), { body: recording });
    expect(asked).toEqual([]);
  });
});
