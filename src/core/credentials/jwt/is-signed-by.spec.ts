import { createSecretKey, type KeyObject } from 'node:crypto';
import { CLAIMS, encode, KEYS, SECRET, signJws } from '../../../../test/support/tokens';
import { parseCompactJws } from './compact-jws';
import { isSignedBy } from './is-signed-by';

const SHARED = createSecretKey(Buffer.from(SECRET));
const isSigned = (token: string, key: KeyObject): boolean => {
  const jws = parseCompactJws(token);
  if (!jws) throw new Error('not a JWS');
  return isSignedBy(jws, key);
};
const ALGORITHMS: [string, KeyObject, KeyObject][] = [
  ...['HS256', 'HS384', 'HS512'].map((alg): [string, KeyObject, KeyObject] => [alg, SHARED, SHARED]),
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg): [string, KeyObject, KeyObject] => [
    alg,
    KEYS.rsa.privateKey,
    KEYS.rsa.publicKey,
  ]),
  ['ES256', KEYS.p256.privateKey, KEYS.p256.publicKey],
  ['ES384', KEYS.p384.privateKey, KEYS.p384.publicKey],
  ['ES512', KEYS.p521.privateKey, KEYS.p521.publicKey],
  ['EdDSA', KEYS.ed25519.privateKey, KEYS.ed25519.publicKey],
  ['Ed25519', KEYS.ed25519.privateKey, KEYS.ed25519.publicKey],
];

describe('isSignedBy', () => {
  it.each(ALGORITHMS)('recognises a signature by %s, and no change of any part of it', (alg, privateKey, publicKey) => {
    const token = signJws({ alg }, CLAIMS, privateKey);
    expect(isSigned(token, publicKey)).toBe(true);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    for (const index of [0, bytes.length >> 1, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(isSigned(`${header}.${payload}.${changed.toString('base64url')}`, publicKey)).toBe(false);
    }
    for (const other of [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.alloc(1)])]) {
      expect(isSigned(`${header}.${payload}.${other.toString('base64url')}`, publicKey)).toBe(false);
    }
    const zeros = Buffer.alloc(bytes.length).toString('base64url');
    expect(isSigned(`${header}.${payload}.${zeros}`, publicKey)).toBe(false);
    expect(isSigned(`${header}.${payload}.`, publicKey)).toBe(false);
    expect(isSigned(`${header}.${encode({ ...CLAIMS, sub: 'admin' })}.${signature}`, publicKey)).toBe(false);
    expect(isSigned(`${encode({ alg, kid: '1' })}.${payload}.${signature}`, publicKey)).toBe(false);
  });

  it.each(['RS256', 'PS256'])('refuses a signature by %s that lacks its leading zero octet', (alg) => {
    for (let tries = 0; tries < 5_000; tries += 1) {
      const token = signJws({ alg }, { ...CLAIMS, tries }, KEYS.rsa.privateKey);
      const end = token.lastIndexOf('.') + 1;
      const bytes = Buffer.from(token.slice(end), 'base64url');
      if (bytes[0] !== 0) continue;
      expect(isSigned(token, KEYS.rsa.publicKey)).toBe(true);
      expect(isSigned(token.slice(0, end) + bytes.subarray(1).toString('base64url'), KEYS.rsa.publicKey)).toBe(false);
      return;
    }
    throw new Error('no signature began with a zero octet');
  });

  it('does not take a signature in DER for one of JWS', () => {
    const token = signJws({ alg: 'ES256' }, CLAIMS, KEYS.p256.privateKey);
    const signed = token.slice(0, token.lastIndexOf('.'));
    const der = require('node:crypto').sign('sha256', Buffer.from(signed), KEYS.p256.privateKey);
    expect(isSigned(`${signed}.${der.toString('base64url')}`, KEYS.p256.publicKey)).toBe(false);
  });

  it.each(['none', 'HS1', 'constructor', '__proto__', 'toString', ''])('knows no algorithm %j', (alg) => {
    expect(isSigned(`${encode({ alg })}.${encode(CLAIMS)}.AAAA`, SHARED)).toBe(false);
  });

  it('takes a key of another kind for no signature rather than for a fault', () => {
    const token = signJws({ alg: 'ES256' }, CLAIMS, KEYS.p256.privateKey);
    expect(isSigned(token, KEYS.rsa.publicKey)).toBe(false);
    expect(isSigned(token, SHARED)).toBe(false);
    expect(isSigned(signJws({ alg: 'HS256' }, CLAIMS, SHARED), KEYS.rsa.publicKey)).toBe(false);
  });
});
