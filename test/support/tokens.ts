import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { PolicyIssuer } from '../../src/core/policy-issuer';
import { NOW_MS } from './policy';

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The secret of the issuers made here. */
export const SECRET = 'a-shared-secret-of-thirty-two-bytes!';
/** The moment of all specs in seconds, as claims have it. */
export const NOW = NOW_MS / 1000;

/** Key pairs of each kind, made once: RSA takes long. */
export const KEYS = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  otherRsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  weakRsa: generateKeyPairSync('rsa', { modulusLength: 1024 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519: generateKeyPairSync('ed25519'),
} satisfies Record<string, KeyPair>;

/** An issuer with a shared secret, `iss` https://idp.example and audience `api`. */
export function anIssuer(change: Partial<PolicyIssuer> = {}): PolicyIssuer {
  return {
    issuerId: 'issuer-1',
    name: 'corp',
    type: 'static',
    issuer: 'https://idp.example',
    jwksUrl: undefined,
    secret: SECRET,
    publicKey: undefined,
    introspection: undefined,
    audiences: ['api'],
    algorithms: ['HS256'],
    clockSkewSeconds: 30,
    claims: { roles: 'roles', scopes: 'scope', tenant: 'tenant', client: undefined, forward: [] },
    enabled: true,
    revision: 1,
    ...change,
  };
}

/** The claims of a token that `anIssuer` accepts for an hour. */
export const CLAIMS = { iss: 'https://idp.example', aud: 'api', sub: 'user-1', exp: NOW + 3600 };

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8').toString('base64url');

/** A compact JWS over these texts, whatever they are; a text is taken as it is, anything else as its JSON. */
export function signJws(
  header: { alg: string; [name: string]: unknown } | string,
  payload: unknown,
  key: KeyObject | string,
): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const { alg } = typeof header === 'string' ? JSON.parse(header) : header;
  return `${signed}.${signatureOf(alg, Buffer.from(signed), key).toString('base64url')}`;
}

/** A token with the shared secret. */
export function signHs256(claims: object = CLAIMS, header: object = {}, secret: KeyObject | string = SECRET): string {
  return signJws({ alg: 'HS256', typ: 'JWT', ...header }, claims, secret);
}

function signatureOf(alg: string, signed: Buffer, key: KeyObject | string): Buffer {
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS')) return createHmac(hash, key).update(signed).digest();
  if (typeof key === 'string') throw new Error('a text is no private key');
  if (alg.startsWith('RS')) return sign(hash, signed, key);
  if (alg.startsWith('PS')) {
    const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
    return sign(hash, signed, { key, padding, saltLength });
  }
  if (alg.startsWith('ES')) return sign(hash, signed, { key, dsaEncoding: 'ieee-p1363' });
  return sign(null, signed, key);
}

/** The public half of a pair as a JWK. */
export function publicJwk({ publicKey }: KeyPair, change: object = {}): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), ...change };
}

/** The public half of a pair as PEM. */
export function publicPem({ publicKey }: KeyPair): string {
  return publicKey.export({ type: 'spki', format: 'pem' }) as string;
}
