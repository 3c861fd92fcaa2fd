import * as fc from 'fast-check';
import { CLIENT_ID, decideSigned, signedRequest } from '../../../test/support/hmac-scene';
import { holds } from '../../../test/support/holds';
import { NOW_MS, type RequestText } from '../../../test/support/policy';
import { anHmacSecret, type HmacText, hmacAuthorization, SECRET, secondsOf } from '../../../test/support/signing';
import { demandCredential } from '../demand';
import { METHODS, methodMask } from '../method';
import type { PolicyClient } from '../policy-client';
import type { RequestBody } from '../request-body';

const AUTHENTICATED = { code: 'authenticated' };
const WRONG = { code: 'invalid_credentials', cause: 'hmac_signature_wrong', challenge: 'HMAC realm="gatewarden"' };

describe('an HMAC credential', () => {
  it('proves its client, and names the secret that was used', () => {
    const secrets = [anHmacSecret('older'), anHmacSecret(), anHmacSecret('newer')];
    const decision = decideSigned(signedRequest(), { client: { hmacSecrets: secrets } });
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
    expect(decideSigned(signedRequest({ clientId }))).toMatchObject(AUTHENTICATED);
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
    expect(decideSigned(signedRequest(signed, { target }), { body: whole })).toMatchObject(AUTHENTICATED);
  });

  it('may be made over the path as sent or the canonical path, and over no other', () => {
    const sent = { target: '/orders/%7euser%2d1' };
    for (const target of ['/orders/~user-1', '/orders/%7euser%2d1']) {
      expect(decideSigned(signedRequest({ target }, sent))).toMatchObject(AUTHENTICATED);
    }
    for (const target of ['/orders/%7Euser%2D1', '/orders/~user%2d1']) {
      expect(decideSigned(signedRequest({ target }, sent))).toMatchObject(WRONG);
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
    expect(decideSigned(signedRequest(signed, sent))).toMatchObject({ allowed: false, ...expected });
  });

  it('leaves the query out where the route says so, and may still cover it', () => {
    const route = { hmacUnsignedQuery: true };
    const sent = { target: '/orders/1?a=1' };
    expect(decideSigned(signedRequest({ target: '/orders/1' }, sent), { route })).toMatchObject(AUTHENTICATED);
    expect(decideSigned(signedRequest({ target: '/orders/1?a=1' }, sent), { route })).toMatchObject(AUTHENTICATED);
    expect(decideSigned(signedRequest({ target: '/orders/1?a=2' }, sent), { route })).toMatchObject(WRONG);
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
    expect(decideSigned(signedRequest({ timestamp }))).toMatchObject(expected);
    expect(decideSigned(signedRequest({ timestamp }), { nowMs: NOW_MS + 999 })).toMatchObject(expected);
  });

  it('is never fresh by a clock that gives no number', () => {
    expect(decideSigned(signedRequest(), { nowMs: Number.NaN })).toMatchObject({ cause: 'timestamp_outside_window' });
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
    expect(decideSigned(signedRequest(), { client: { hmacSecrets } })).toMatchObject(expected);
  });

  it('is refused for anything the client is refused for', () => {
    const denied = (client: Partial<PolicyClient>) => decideSigned(signedRequest(), { client });
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
    expect(decideSigned(signedRequest(), { route: { methods } })).toMatchObject(expected);
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
      return decideSigned({ method, target, headers: { Authorization } }, { body: { read: () => body } }).allowed;
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
