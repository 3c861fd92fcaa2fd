import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import {
  aClient,
  aRequest,
  aRoute,
  aService,
  aSnapshot,
  decideNow,
  NOW_MS,
  portsAt,
  type RequestText,
  type RouteText,
} from '../../../test/support/policy';
import {
  anHmacSecret,
  type HmacText,
  hmacAuthorization,
  RememberedNonces,
  SECRET,
  secondsOf,
} from '../../../test/support/signing';
import { decide } from '../decide';
import type { Decision } from '../decision';
import { demandCredential } from '../demand';
import { METHODS, methodMask } from '../method';
import type { PolicyClient } from '../policy-client';
import type { NonceStore } from '../ports';
import { BODY_NOT_AVAILABLE, type RequestBody } from '../request-body';

const CLIENT_ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const HMAC = demandCredential(['hmac']);
const DEMANDS = Object.fromEntries(METHODS.map((method) => [method, HMAC]));

interface Scene {
  readonly route?: RouteText;
  readonly client?: Partial<PolicyClient>;
  readonly nonces?: NonceStore;
  readonly nowMs?: number;
  readonly body?: RequestBody;
}

function decideOn(text: RequestText, scene: Scene = {}): Decision {
  const { nonces = new RememberedNonces(), nowMs = NOW_MS, body } = scene;
  const route = aRoute({ routeId: 'orders', pattern: '/*', domain: '*', methods: DEMANDS, ...scene.route });
  const client: PolicyClient = {
    ...aClient({ clientId: CLIENT_ID, alias: 'legacy-7', hmacSecrets: [anHmacSecret()] }),
    permissions: new Map([['orders', methodMask(METHODS)]]),
    ...scene.client,
  };
  const request = { ...aRequest(text), ...(body && { body }) };
  return decideNow(
    request,
    aSnapshot({ routes: [route], clients: [client], services: [aService()] }),
    portsAt(nowMs, { nonces }),
  );
}

/** A request signed as `signed` says and sent as `sent` says; what is left out is the same in both. */
function signedRequest(signed: Partial<HmacText> = {}, sent: RequestText = {}): RequestText {
  const { method, target, body } = signed;
  const headers = { Authorization: hmacAuthorization({ clientId: CLIENT_ID, ...signed }) };
  return { method, target, body: body?.toString('latin1'), headers, ...sent };
}

const AUTHENTICATED = { code: 'authenticated' };
const WRONG = { code: 'invalid_credentials', cause: 'hmac_signature_wrong', challenge: 'HMAC realm="gatewarden"' };

describe('an HMAC credential', () => {
  it('proves its client, and names the secret that was used', () => {
    const secrets = [anHmacSecret('older'), anHmacSecret(), anHmacSecret('newer')];
    const decision = decideOn(signedRequest(), { client: { hmacSecrets: secrets } });
    expect(decision).toMatchObject({
      ...AUTHENTICATED,
      principal: {
        kind: 'client',
        method: 'hmac',
        client: { clientId: CLIENT_ID },
        credentialId: `credential of ${SECRET}`,
      },
    });
  });

  it.each([
    ['the id in upper case', CLIENT_ID.toUpperCase()],
    ['the alias', 'legacy-7'],
  ])('may name its client by %s', (_, clientId) => {
    expect(decideOn(signedRequest({ clientId }))).toMatchObject(AUTHENTICATED);
  });

  it.each<[string, Partial<HmacText>]>([
    ['a body', { method: 'POST', body: '{"a":1}' }],
    ['a body beyond ASCII', { method: 'PUT', body: Buffer.from('{"name": "ü"}') }],
    ['a body of any bytes', { method: 'POST', body: Buffer.from([0, 255, 10, 13, 128]) }],
    ['a query', { target: '/orders/1?a=1&b=%20&b=ü' }],
    ['an empty query', { target: '/orders/1?' }],
  ])('covers %s', (_, signed) => {
    const { body } = signed;
    const whole: RequestBody | undefined = body === undefined ? undefined : { read: () => Buffer.from(body) };
    // A target reaches us as bytes, one for each character.
    const target = Buffer.from(signed.target ?? '/orders/1').toString('latin1');
    expect(decideOn(signedRequest(signed, { target }), { body: whole })).toMatchObject(AUTHENTICATED);
  });

  it('may be made over the path as sent or the canonical path, and over no other', () => {
    const sent = { target: '/orders/%7euser%2d1' };
    for (const target of ['/orders/~user-1', '/orders/%7euser%2d1']) {
      expect(decideOn(signedRequest({ target }, sent))).toMatchObject(AUTHENTICATED);
    }
    for (const target of ['/orders/%7Euser%2D1', '/orders/~user%2d1']) {
      expect(decideOn(signedRequest({ target }, sent))).toMatchObject(WRONG);
    }
  });

  it.each<[string, Partial<HmacText>, RequestText, object]>([
    ['a query added', {}, { target: '/orders/1?admin=1' }, WRONG],
    ['the query taken away', { target: '/orders/1?a=1' }, { target: '/orders/1' }, WRONG],
    ['the query re-ordered', { target: '/orders/1?a=1&b=2' }, { target: '/orders/1?b=2&a=1' }, WRONG],
    ['the query escaped another way', { target: '/orders/1?a=%7e' }, { target: '/orders/1?a=~' }, WRONG],
    ['another method', { method: 'GET' }, { method: 'DELETE' }, WRONG],
    ['a body added', {}, { body: 'x' }, WRONG],
    ['the body taken away', { method: 'POST', body: 'x' }, { body: '' }, WRONG],
    ['the body cut', { method: 'POST', body: 'xyz' }, { body: 'xy' }, WRONG],
    ['the secret of nobody', { secret: 'guess' }, {}, WRONG],
    [
      'a client nobody knows',
      { clientId: 'stranger' },
      {},
      { code: 'invalid_credentials', cause: 'hmac_client_unknown' },
    ],
    ['junk', {}, { headers: { Authorization: 'HMAC junk' } }, { cause: 'hmac_malformed' }],
    ['nothing behind the scheme', {}, { headers: { Authorization: 'HMAC' } }, { cause: 'hmac_malformed' }],
    [
      'the signature in upper case',
      {},
      {
        headers: {
          Authorization: hmacAuthorization({ clientId: CLIENT_ID }).replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase()),
        },
      },
      { cause: 'hmac_signature_malformed' },
    ],
  ])('is refused with %s', (_, signed, sent, expected) => {
    expect(decideOn(signedRequest(signed, sent))).toMatchObject({ allowed: false, ...expected });
  });

  it('leaves the query out where the route says so, and may still cover it', () => {
    const route = { hmacUnsignedQuery: true };
    const sent = { target: '/orders/1?a=1' };
    expect(decideOn(signedRequest({ target: '/orders/1' }, sent), { route })).toMatchObject(AUTHENTICATED);
    expect(decideOn(signedRequest({ target: '/orders/1?a=1' }, sent), { route })).toMatchObject(AUTHENTICATED);
    expect(decideOn(signedRequest({ target: '/orders/1?a=2' }, sent), { route })).toMatchObject(WRONG);
  });

  it.each([
    [-301, false],
    [-300, true],
    [0, true],
    [300, true],
    [301, false],
  ])('made %d seconds from now is accepted: %s', (offset, isAccepted) => {
    const timestamp = secondsOf(NOW_MS + offset * 1000);
    const expected = isAccepted ? AUTHENTICATED : { code: 'invalid_credentials', cause: 'timestamp_outside_window' };
    expect(decideOn(signedRequest({ timestamp }))).toMatchObject(expected);
    expect(decideOn(signedRequest({ timestamp }), { nowMs: NOW_MS + 999 })).toMatchObject(expected);
  });

  it('is never fresh by a clock that gives no number', () => {
    expect(decideOn(signedRequest(), { nowMs: Number.NaN })).toMatchObject({ cause: 'timestamp_outside_window' });
  });

  it.each<[string, readonly ReturnType<typeof anHmacSecret>[], object]>([
    ['that is revoked', [anHmacSecret(SECRET, { isRevoked: true })], { cause: 'hmac_secret_expired' }],
    ['that ends now', [anHmacSecret(SECRET, { validUntilMs: NOW_MS })], { cause: 'hmac_secret_expired' }],
    ['that ends in a moment', [anHmacSecret(SECRET, { validUntilMs: NOW_MS + 1 })], AUTHENTICATED],
    ['that ends at no time', [anHmacSecret(SECRET, { validUntilMs: Number.NaN })], { cause: 'hmac_secret_expired' }],
    [
      'rotated away',
      [anHmacSecret('new'), anHmacSecret(SECRET, { validUntilMs: 1 })],
      { cause: 'hmac_secret_expired' },
    ],
    ['that the client never had', [anHmacSecret('new'), anHmacSecret('old', { validUntilMs: 1 })], WRONG],
    ['of a client without any', [], WRONG],
  ])('made with a secret %s decides so', (_, hmacSecrets, expected) => {
    expect(decideOn(signedRequest(), { client: { hmacSecrets } })).toMatchObject(expected);
  });

  it('is refused for anything the client is refused for', () => {
    const denied = (client: Partial<PolicyClient>) => decideOn(signedRequest(), { client });
    expect(denied({ status: 'suspended' })).toMatchObject({ code: 'client_suspended' });
    expect(denied({ status: 'revoked' })).toMatchObject({ code: 'client_revoked' });
    expect(denied({ permissions: new Map() })).toMatchObject({ code: 'no_permission' });
    expect(denied({ permissions: new Map([['orders', methodMask(['POST'])]]) })).toMatchObject({
      code: 'method_not_allowed',
    });
  });

  it('opens nothing that takes other kinds', () => {
    const methods = { GET: demandCredential(['api_key', 'jwt', 'mtls']) };
    const expected = { code: 'invalid_credentials', cause: 'hmac_not_accepted' };
    expect(decideOn(signedRequest(), { route: { methods } })).toMatchObject(expected);
  });
});

describe('the nonce of an HMAC credential', () => {
  it('is used up by the first request', () => {
    const nonces = new RememberedNonces();
    const request = signedRequest();
    expect(decideOn(request, { nonces })).toMatchObject(AUTHENTICATED);
    expect(decideOn(request, { nonces })).toMatchObject({ code: 'invalid_credentials', cause: 'nonce_replayed' });
    expect(decideOn(signedRequest(), { nonces })).toMatchObject(AUTHENTICATED);
  });

  it('is not used up by a request that is not signed right, however it is wrong', () => {
    const nonces = new RememberedNonces();
    for (const wrong of [{ secret: 'guess' }, { clientId: 'stranger' }, { timestamp: '1' }, { method: 'POST' }]) {
      expect(decideOn(signedRequest({ nonce: 'n', ...wrong }, { method: 'GET' }), { nonces })).toMatchObject({
        allowed: false,
      });
    }
    expect(nonces.asked).toEqual([]);
    expect(decideOn(signedRequest({ nonce: 'n' }), { nonces })).toMatchObject(AUTHENTICATED);
  });

  it('is used up by a request that is refused for what it asks', () => {
    const nonces = new RememberedNonces();
    const request = signedRequest();
    expect(decideOn(request, { nonces, client: { permissions: new Map() } })).toMatchObject({ code: 'no_permission' });
    expect(decideOn(request, { nonces })).toMatchObject({ cause: 'nonce_replayed' });
  });

  it('is not used up by a client that is not active', () => {
    const nonces = new RememberedNonces();
    decideOn(signedRequest(), { nonces, client: { status: 'suspended' } });
    decideOn(signedRequest(), { nonces, client: { status: 'revoked' } });
    expect(nonces.asked).toEqual([]);
  });

  it('is kept for its client, by its id, for twice the window and more', () => {
    const tryTake = jest.fn(() => true);
    decideOn(signedRequest({ clientId: 'legacy-7', nonce: 'n-1' }), { nonces: { tryTake } });
    expect(tryTake).toHaveBeenCalledWith(`hmac:${CLIENT_ID}:n-1`, 610_000);
  });

  it('is kept by its digest when it is long', () => {
    const nonces = new RememberedNonces();
    const nonce = 'n'.repeat(256);
    expect(decideOn(signedRequest({ nonce }), { nonces })).toMatchObject(AUTHENTICATED);
    expect(decideOn(signedRequest({ nonce: `${nonce.slice(1)}m` }), { nonces })).toMatchObject(AUTHENTICATED);
    expect(decideOn(signedRequest({ nonce }), { nonces })).toMatchObject({ cause: 'nonce_replayed' });
    for (const key of nonces.asked) expect(key.length).toBeLessThan(100);
  });

  it('counts only as taken when the store says exactly that', () => {
    for (const answer of [1, 'true', {}, undefined]) {
      const nonces = { tryTake: () => answer as boolean };
      expect(decideOn(signedRequest(), { nonces })).toMatchObject({ cause: 'nonce_replayed' });
    }
  });

  it('makes a fault of a store that is away', async () => {
    const away = new Error('the store is away');
    const thrown = {
      tryTake: () => {
        throw away;
      },
    };
    expect(() => decideOn(signedRequest(), { nonces: thrown })).toThrow(away);
    const rejecting = { tryTake: () => Promise.reject(away) };
    const route = aRoute({ pattern: '/*', domain: '*', methods: DEMANDS });
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
    expect(decideOn(signedRequest(), { route, body: recording })).toMatchObject(AUTHENTICATED);
    expect(asked).toEqual([limit]);
  });

  it.each<['body_too_large' | 'body_incomplete', string, number]>([
    ['body_too_large', 'payload_too_large', 413],
    ['body_incomplete', 'malformed_request', 400],
  ])('that is %s makes %s', (fault, code) => {
    expect(decideOn(signedRequest(), { body: { read: () => fault } })).toMatchObject({
      code,
      cause: fault,
      challenge: undefined,
    });
  });

  it('that a door was not given is refused, unless there was none', () => {
    const described = (headers: Record<string, string>) => {
      const Authorization = hmacAuthorization({ clientId: CLIENT_ID });
      return decideOn({ headers: { Authorization, ...headers } }, { body: BODY_NOT_AVAILABLE });
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
    decideOn({ headers: { Authorization: 'HMAC junk' } }, { body: recording });
    decideOn(signedRequest({ timestamp: '1' }), { body: recording });
    expect(asked).toEqual([]);
  });
});

describe('changing anything that is signed', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.~'), minLength: 1, maxLength: 12 });
  const signed = fc.record({
    method: fc.constantFrom(...METHODS),
    path: fc
      .array(
        text.filter((segment) => !/^\.+$/.test(segment)),
        { minLength: 1, maxLength: 3 },
      )
      .map((parts) => `/${parts.join('/')}`),
    query: fc.oneof(
      fc.constant(''),
      text.map((query) => `?${query}`),
    ),
    nonce: text,
    body: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  });

  it('makes the signature worthless, by a single bit', () => {
    const part = fc.constantFrom('path', 'query', 'nonce', 'timestamp', 'body', 'signature');
    holds(
      fc.property(signed, part, fc.nat(), fc.integer({ min: 0, max: 7 }), (parts, name, place, bit) => {
        const { method, path, query, nonce, body } = parts;
        const target = path + query;
        const Authorization = hmacAuthorization({ clientId: CLIENT_ID, method, target, nonce, body });
        const flip = (sent: string): string => flipBit(Buffer.from(sent, 'latin1'), place, bit).toString('latin1');
        const change = (field: string) =>
          Authorization.replace(new RegExp(`(?<=${field}=")[^"]*`), (value) => flip(value));
        const sent = {
          path: () => ({ target: flip(path) + query, Authorization, body }),
          query: () => ({ target: path + (query === '' ? '?' : flip(query)), Authorization, body }),
          nonce: () => ({ target, Authorization: change('nonce'), body }),
          timestamp: () => ({ target, Authorization: change('timestamp'), body }),
          signature: () => ({ target, Authorization: change('signature'), body }),
          body: () => ({
            target,
            Authorization,
            body: body.length === 0 ? Buffer.from([bit]) : flipBit(body, place, bit),
          }),
        }[name as 'path']();
        expect(allows(method, { target, Authorization, body })).toBe(true);
        expect(allows(method, sent)).toBe(false);
      }),
    );
  });

  /** Whether it is let in; what cannot even be read as a request is not. */
  function allows(
    method: string,
    { target, Authorization, body }: { target: string; Authorization: string; body: Buffer },
  ) {
    try {
      return decideOn({ method, target, headers: { Authorization } }, { body: { read: () => body } }).allowed;
    } catch (error) {
      if (/^not a canonical request/.test((error as Error).message)) return false;
      throw error;
    }
  }

  function flipBit(bytes: Buffer, place: number, bit: number): Buffer {
    const flipped = Buffer.from(bytes);
    const index = place % flipped.length;
    flipped[index] = (flipped[index] ?? 0) ^ (1 << bit);
    return flipped;
  }
});

interface Vector {
  readonly name: string;
  readonly secret: string;
  readonly method: string;
  readonly target: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly body: string;
  readonly signature: string;
}

const VECTORS = join(__dirname, '../../../../shared/vectors/hmac.json');

if (existsSync(VECTORS)) {
  describe('the vectors of HMAC', () => {
    const { vectors } = JSON.parse(readFileSync(VECTORS, 'utf8')) as { vectors: Vector[] };

    it.each(vectors.map((vector) => [vector.name, vector] as const))('are accepted: %s', (_, vector) => {
      const { secret, method, target, timestamp, nonce, signature, body } = vector;
      const Authorization = `HMAC client_id="${CLIENT_ID}",timestamp="${timestamp}",nonce="${nonce}",signature="${signature}"`;
      const scene = { client: { hmacSecrets: [anHmacSecret(secret)] }, nowMs: Number(timestamp) * 1000 };
      const request = { method, target, headers: { Authorization }, body };
      expect(decideOn(request, scene)).toMatchObject(AUTHENTICATED);
      expect(decideOn({ ...request, body: `${body} ` }, scene)).toMatchObject(WRONG);
    });
  });
} else process.stderr.write(`Skipping the vectors of HMAC: ${VECTORS} is not there.\n`);
