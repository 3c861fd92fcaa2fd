import { createHash, createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import {
  aClient,
  anApiKey,
  aRequest,
  aRoute,
  aSnapshot,
  changes,
  decideNow,
  KEY,
  NOW_MS,
  portsAt,
  type RequestText,
  type RouteText,
} from '../../../test/support/policy';
import { APP_KEY, aProtectKey, RememberedNonces, secondsOf } from '../../../test/support/signing';
import type { Decision } from '../decision';
import { demandCredential, PROTECTED } from '../demand';
import { METHODS } from '../method';
import type { PolicyProtectKey } from '../policy-protect-key';
import type { PolicySnapshot } from '../policy-snapshot';
import type { NonceStore } from '../ports';
import { BODY_NOT_AVAILABLE, type RequestBody } from '../request-body';

const TARGET = '/request/otp';
const DEMANDS = Object.fromEntries(METHODS.map((method) => [method, PROTECTED]));

interface Scene {
  readonly route?: RouteText;
  readonly keys?: readonly PolicyProtectKey[];
  readonly nonces?: NonceStore;
  readonly nowMs?: number;
  readonly body?: RequestBody;
}

const mobile = aClient({ apiKeys: [anApiKey()], permissions: { otp: ['POST'] } });

function decideOn(text: RequestText, scene: Scene = {}): Decision {
  const { nonces = new RememberedNonces(), nowMs = NOW_MS, body, keys = [aProtectKey()] } = scene;
  const route = aRoute({ routeId: 'otp', pattern: '/*', domain: '*', methods: DEMANDS, ...scene.route });
  const request = { ...aRequest({ method: 'POST', target: TARGET, ...text }), ...(body && { body }) };
  const snapshot = aSnapshot({ routes: [route], protectKeys: keys, clients: [mobile] });
  return decideNow(request, snapshot, portsAt(nowMs, { nonces }));
}

const sign = (message: string, key = APP_KEY) => createHmac('sha256', key).update(message, 'latin1').digest('hex');

function v1(date: string = secondsOf(NOW_MS), key?: string): Record<string, string> {
  return { 'X-Authenticity': sign(date, key), 'X-Date': date };
}

interface V2Text {
  readonly method?: string;
  readonly target?: string;
  readonly date?: string;
  readonly nonce?: string;
  readonly body?: string | Buffer;
  readonly key?: string;
}

function v2(text: V2Text = {}): Record<string, string> {
  const { method = 'POST', target = TARGET, date = secondsOf(NOW_MS), nonce = 'a1b2c3', body = '', key } = text;
  const digest = createHash('sha256').update(body).digest('hex');
  const message = `${method}\n${target}\n${date}\n${nonce}\n${digest}`;
  return { 'X-Authenticity': sign(message, key), 'X-Date': date, 'X-Nonce': nonce };
}

const ALLOWED = {
  code: 'authenticated',
  principal: { kind: 'app', method: 'protect', app: 'ios', protectKeyId: `id of ${APP_KEY}` },
};
const CHALLENGE = 'Authenticity realm="gatewarden"';
const WRONG = { code: 'invalid_credentials', cause: 'authenticity_wrong', challenge: CHALLENGE };

describe('protect mode', () => {
  it('proves an app by any of its keys, and by those of other apps', () => {
    const keys = [aProtectKey('older', { app: 'web' }), aProtectKey(), aProtectKey('newer', { app: 'android' })];
    expect(decideOn({ headers: v1() }, { keys })).toMatchObject(ALLOWED);
    expect(decideOn({ headers: v2() }, { keys })).toMatchObject(ALLOWED);
    expect(decideOn({ headers: v2({ key: 'newer' }) }, { keys })).toMatchObject({ principal: { app: 'android' } });
  });

  it('takes hexadecimal digits of either case', () => {
    for (const headers of [v1(), v2()]) {
      const upper = { ...headers, 'X-Authenticity': headers['X-Authenticity']?.toUpperCase() ?? '' };
      expect(decideOn({ headers: upper })).toMatchObject(ALLOWED);
    }
  });

  it.each<[string, Record<string, string>, object]>([
    ['nothing', {}, { code: 'credentials_missing', cause: 'no_authenticity', challenge: CHALLENGE }],
    ['a date alone', { 'X-Date': secondsOf(NOW_MS) }, { code: 'credentials_missing', cause: 'no_authenticity' }],
    ['a good key instead', { 'X-API-Key': KEY }, { code: 'credentials_missing', cause: 'no_authenticity' }],
    ['an empty signature', { ...v1(), 'X-Authenticity': '' }, { cause: 'authenticity_malformed' }],
    ['junk', { ...v1(), 'X-Authenticity': 'zz'.repeat(32) }, { cause: 'authenticity_malformed' }],
    ['a short signature', { ...v1(), 'X-Authenticity': sign('x').slice(2) }, { cause: 'authenticity_malformed' }],
    ['a long signature', { ...v1(), 'X-Authenticity': `${sign('x')}00` }, { cause: 'authenticity_malformed' }],
    ['no date', { 'X-Authenticity': sign('') }, { cause: 'protect_date_missing' }],
    ['an empty date', v1(''), { cause: 'timestamp_malformed' }],
    ['a date with a sign', v1(`+${secondsOf(NOW_MS)}`), { cause: 'timestamp_malformed' }],
    ['a date in words', v1(new Date(NOW_MS).toUTCString()), { cause: 'timestamp_malformed' }],
    ['an empty nonce', v2({ nonce: '' }), { cause: 'nonce_malformed' }],
    ['a long nonce', v2({ nonce: 'n'.repeat(257) }), { cause: 'nonce_malformed' }],
    ['the key of nobody', v1(undefined, 'guess'), WRONG],
    ['the key of nobody, with a nonce', v2({ key: 'guess' }), WRONG],
    ['the signature of another second', { ...v1(), 'X-Date': secondsOf(NOW_MS + 1000) }, WRONG],
    ['a signature of the date beside a nonce', { ...v1(), 'X-Nonce': 'n' }, WRONG],
  ])('refuses %s', (_, headers, expected) => {
    const refused = { allowed: false, code: 'invalid_credentials', ...expected };
    expect(decideOn({ headers })).toMatchObject(refused);
  });

  it('takes no signature of the whole for one of the date', () => {
    const { 'X-Nonce': _, ...headers } = v2();
    expect(decideOn({ headers })).toMatchObject(WRONG);
  });

  it.each([-301, -300, 300, 301])('is fresh for 300 seconds either way: %d', (offset) => {
    const date = secondsOf(NOW_MS + offset * 1000);
    for (const headers of [v1(date), v2({ date })]) {
      const expected = Math.abs(offset) <= 300 ? ALLOWED : { cause: 'timestamp_outside_window' };
      expect(decideOn({ headers })).toMatchObject(expected);
    }
  });

  it.each<[string, PolicyProtectKey[], object]>([
    ['ends now', [aProtectKey(APP_KEY, { validUntilMs: NOW_MS })], { cause: 'protect_key_expired' }],
    ['ends in a moment', [aProtectKey(APP_KEY, { validUntilMs: NOW_MS + 1 })], ALLOWED],
    ['ends at no time', [aProtectKey(APP_KEY, { validUntilMs: Number.NaN })], { cause: 'protect_key_expired' }],
    ['is not there', [], WRONG],
  ])('decides on a key that %s', (_, keys, expected) => {
    expect(decideOn({ headers: v1() }, { keys })).toMatchObject(expected);
    expect(decideOn({ headers: v2() }, { keys })).toMatchObject(expected);
  });

  it('takes the versions its route takes', () => {
    const only = (version: string) => ({ route: { protectVersions: new Set([version]) } });
    expect(decideOn({ headers: v1() }, only('v1'))).toMatchObject(ALLOWED);
    expect(decideOn({ headers: v2() }, only('v2'))).toMatchObject(ALLOWED);
    expect(decideOn({ headers: v1() }, only('v2'))).toMatchObject({ cause: 'protect_v1_not_accepted' });
    expect(decideOn({ headers: v2() }, only('v1'))).toMatchObject({ cause: 'protect_v2_not_accepted' });
  });

  it('asks for a credential as well where the method does', () => {
    const both = { route: { methods: { POST: demandCredential(['api_key'], { protect: true }) } } };
    const challenge = `${CHALLENGE}, ApiKey realm="gatewarden"`;
    expect(decideOn({ headers: { ...v2(), 'X-API-Key': KEY } }, both)).toMatchObject({
      code: 'authenticated',
      principal: { kind: 'client', method: 'api_key' },
    });
    expect(decideOn({ headers: v2() }, both)).toMatchObject({
      code: 'credentials_missing',
      cause: 'no_credential',
      challenge,
    });
    expect(decideOn({ headers: { 'X-API-Key': KEY } }, both)).toMatchObject({
      code: 'credentials_missing',
      cause: 'no_authenticity',
      challenge,
    });
    const headers = { ...v2({ key: 'guess' }), 'X-API-Key': KEY };
    expect(decideOn({ headers }, both)).toMatchObject({ ...WRONG, challenge });
  });

  it('is not asked of a method without it, whatever is sent', () => {
    const route = { methods: { POST: demandCredential(['api_key']) } };
    const headers = { 'X-Authenticity': 'junk', 'X-API-Key': KEY };
    expect(decideOn({ headers }, { route })).toMatchObject({ code: 'authenticated' });
    expect(decideOn({ headers: v2() }, { route })).toMatchObject({ code: 'credentials_missing' });
  });

  it('makes a fault of a store of nonces that is away', () => {
    const nonces = {
      tryTake: () => {
        throw new Error('away');
      },
    };
    expect(() => decideOn({ headers: v1() }, { nonces })).toThrow('away');
    expect(() => decideOn({ headers: v2() }, { nonces })).toThrow('away');
    expect(decideOn({ headers: v2({ key: 'guess' }) }, { nonces })).toMatchObject(WRONG);
  });
});

describe('a signature of the date alone', () => {
  const nonces = new RememberedNonces();

  it.each([
    ['once', 'POST', TARGET, true],
    ['not again', 'POST', TARGET, false],
    ['not again with another query', 'POST', `${TARGET}?a=1`, false],
    ['not again with the path escaped', 'POST', '/request/%6ftp', false],
    ['for another method', 'GET', TARGET, true],
    ['for another path', 'POST', '/request/other', true],
  ])('counts %s', (_, method, target, isAllowed) => {
    const expected = isAllowed ? ALLOWED : { code: 'invalid_credentials', cause: 'nonce_replayed' };
    expect(decideOn({ method, target, headers: v1() }, { nonces })).toMatchObject(expected);
  });

  it('counts once for each key and second', () => {
    const keys = [aProtectKey(), aProtectKey('other', { app: 'web' })];
    expect(decideOn({ headers: v1(undefined, 'other') }, { nonces, keys })).toMatchObject({ allowed: true });
    expect(decideOn({ headers: v1(secondsOf(NOW_MS - 1000)) }, { nonces })).toMatchObject({ allowed: true });
    expect(decideOn({ headers: v1(secondsOf(NOW_MS - 1000)) }, { nonces })).toMatchObject({ allowed: false });
  });

  it('never reads the body', () => {
    const read = jest.fn();
    decideOn({ headers: v1() }, { body: { read } });
    expect(read).not.toHaveBeenCalled();
  });
});

describe('a signature of the whole request', () => {
  it('counts once for its nonce, and burns none when it is wrong', () => {
    const nonces = new RememberedNonces();
    expect(decideOn({ headers: v2({ key: 'guess' }) }, { nonces })).toMatchObject(WRONG);
    expect(nonces.asked).toEqual([]);
    expect(decideOn({ headers: v2() }, { nonces })).toMatchObject(ALLOWED);
    expect(decideOn({ headers: v2() }, { nonces })).toMatchObject({ cause: 'nonce_replayed' });
    const moved = { target: '/other', headers: v2({ target: '/other' }) };
    expect(decideOn(moved, { nonces })).toMatchObject({ cause: 'nonce_replayed' });
    expect(decideOn({ headers: v2({ nonce: 'a1b2c4' }) }, { nonces })).toMatchObject(ALLOWED);
  });

  it('may be made over the path as sent or the canonical path', () => {
    const target = '/request/%6ftp';
    expect(decideOn({ target, headers: v2({ target }) })).toMatchObject(ALLOWED);
    expect(decideOn({ target, headers: v2() })).toMatchObject(ALLOWED);
    expect(decideOn({ target, headers: v2({ target: '/request/%6Ftp' }) })).toMatchObject(WRONG);
  });

  it('covers the query also where HMAC may leave it out', () => {
    const route = { hmacUnsignedQuery: true };
    expect(decideOn({ target: `${TARGET}?a=1`, headers: v2() }, { route })).toMatchObject(WRONG);
  });

  it.each([
    ['body_too_large', 'payload_too_large'],
    ['body_incomplete', 'malformed_request'],
  ] as const)('makes %s %s', (fault, code) => {
    expect(decideOn({ headers: v2() }, { body: { read: () => fault } })).toMatchObject({ code, cause: fault });
  });

  it('is refused at a door that was not given the body', () => {
    const body = BODY_NOT_AVAILABLE;
    expect(decideOn({ headers: v2() }, { body })).toMatchObject(ALLOWED);
    const headers = { ...v2(), 'Content-Length': '2' };
    expect(decideOn({ headers }, { body })).toMatchObject({ code: 'invalid_credentials', cause: 'body_not_available' });
  });

  it('is worthless after any change of a bit', () => {
    const part = fc.constantFrom('X-Authenticity', 'X-Date', 'X-Nonce', 'target', 'body');
    const text = fc.string({ unit: fc.constantFrom(...'abcXYZ019'), minLength: 1, maxLength: 12 });
    const signed = fc.record({ method: fc.constantFrom(...METHODS), path: text, query: text, nonce: text, body: text });
    holds(
      fc.property(signed, part, fc.nat(), fc.integer({ min: 0, max: 7 }), (parts, changed, place, bit) => {
        const { method, path, query, nonce, body } = parts;
        const target = `/${path}?${query}`;
        const right: Record<string, string> = { ...v2({ method, target, nonce, body }), target, body };
        expect(allows(method, right)).toBe(true);
        const flipped = flipBit(right[changed] ?? '', place, bit);
        // Hexadecimal digits count in either case.
        fc.pre(changed !== 'X-Authenticity' || flipped.toLowerCase() !== right['X-Authenticity']);
        expect(allows(method, { ...right, [changed]: flipped })).toBe(false);
      }),
    );
  });

  function allows(method: string, { target = '', body = '', ...headers }: Record<string, string>): boolean {
    try {
      return decideOn({ method, target, headers }, { body: { read: () => Buffer.from(body, 'latin1') } }).allowed;
    } catch (error) {
      if (/^not a canonical request/.test((error as Error).message)) return false;
      throw error;
    }
  }

  function flipBit(text: string, place: number, bit: number): string {
    const bytes = Buffer.from(text, 'latin1');
    const index = place % bytes.length;
    bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
    return bytes.toString('latin1');
  }
});

describe('the key of an app', () => {
  it('is used from the revision it came with to the one it went with', () => {
    const route = aRoute({ pattern: '/*', domain: '*', methods: DEMANDS });
    const before = aSnapshot({ routes: [route] });
    const having = before.with(2, changes({ protectKeys: [aProtectKey()] }));
    const after = having.with(3, changes({ removedProtectKeyIds: [aProtectKey().protectKeyId] }));
    const isAllowedBy = (snapshot: PolicySnapshot) => {
      const ports = portsAt(NOW_MS, { nonces: new RememberedNonces() });
      return decideNow(aRequest({ method: 'POST', headers: v1() }), snapshot, ports).allowed;
    };
    expect([before, having, after, having].map(isAllowedBy)).toEqual([false, true, false, true]);
  });
});
