import { generateKeyPairSync } from 'node:crypto';
import { KEYS, publicJwk, publicPem, SECRET } from '../../../../test/support/tokens';
import { KeySet } from './key-set';
import { readPublicKey, readSecret } from './static-keys';
import { toVerificationKey } from './verification-key';

const algorithmsOf = (jwk: unknown) => {
  const key = toVerificationKey(jwk);
  return typeof key === 'string' ? key : [...key.algorithms];
};
const secretJwk = (bytes: number, change: object = {}) => ({
  kty: 'oct',
  k: Buffer.alloc(bytes, 7).toString('base64url'),
  ...change,
});
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

describe('toVerificationKey', () => {
  it.each<[string, object, string[]]>([
    ['an RSA key', publicJwk(KEYS.rsa), RSA],
    ['an RSA key for one algorithm', publicJwk(KEYS.rsa, { alg: 'PS256' }), ['PS256']],
    ['an RSA key that says it verifies', publicJwk(KEYS.rsa, { use: 'sig', key_ops: ['verify'] }), RSA],
    ['a key on P-256', publicJwk(KEYS.p256), ['ES256']],
    ['a key on P-384', publicJwk(KEYS.p384), ['ES384']],
    ['a key on P-521', publicJwk(KEYS.p521), ['ES512']],
    ['an Ed25519 key', publicJwk(KEYS.ed25519), ['EdDSA', 'Ed25519']],
    ['a secret of 32 bytes', secretJwk(32), ['HS256']],
    ['a secret of 64 bytes', secretJwk(64), ['HS256', 'HS384', 'HS512']],
    ['a secret for one algorithm', secretJwk(64, { alg: 'HS384' }), ['HS384']],
  ])('takes %s', (_, jwk, algorithms) => {
    expect(algorithmsOf(jwk)).toEqual(algorithms);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'key_unreadable'],
    ['a text', 'key', 'key_unreadable'],
    ['a list', [], 'key_unreadable'],
    ['an unknown kind', { kty: 'XYZ' }, 'key_unreadable'],
    ['no kind', {}, 'key_unreadable'],
    ['a kid that is no text', publicJwk(KEYS.rsa, { kid: 1 }), 'key_unreadable'],
    ['a point that is not on its curve', publicJwk(KEYS.p256, { x: publicJwk(KEYS.p384).x }), 'key_unreadable'],
    ['an RSA key under 2,048 bits', publicJwk(KEYS.weakRsa), 'key_weak'],
    ['an RSA key with the exponent 1', publicJwk(KEYS.rsa, { e: 'AQ' }), 'key_weak'],
    ['an RSA key with an even exponent', publicJwk(KEYS.rsa, { e: 'AQAA' }), 'key_weak'],
    ['a key for encryption', publicJwk(KEYS.rsa, { use: 'enc' }), 'key_not_for_verifying'],
    ['a key of unknown use', publicJwk(KEYS.rsa, { use: ['sig'] }), 'key_not_for_verifying'],
    ['a key for other operations', publicJwk(KEYS.rsa, { key_ops: ['sign', 'encrypt'] }), 'key_not_for_verifying'],
    ['operations that are no list', publicJwk(KEYS.rsa, { key_ops: 'verify' }), 'key_not_for_verifying'],
    ['an algorithm of another kind', publicJwk(KEYS.rsa, { alg: 'HS256' }), 'key_not_for_verifying'],
    ['an algorithm of another curve', publicJwk(KEYS.p256, { alg: 'ES384' }), 'key_not_for_verifying'],
    ['an algorithm that does not exist', publicJwk(KEYS.p521, { alg: 'ES521' }), 'key_not_for_verifying'],
    ['no algorithm at all', publicJwk(KEYS.rsa, { alg: null }), 'key_not_for_verifying'],
    ['a key on secp256k1', publicJwk(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })), 'key_not_for_verifying'],
    ['a key for key agreement', publicJwk(generateKeyPairSync('x25519')), 'key_not_for_verifying'],
    ['a private key', KEYS.p256.privateKey.export({ format: 'jwk' }), 'key_private'],
    ['a secret of 31 bytes', secretJwk(31), 'key_weak'],
    ['an empty secret', secretJwk(0), 'key_weak'],
    ['a secret too short for its algorithm', secretJwk(32, { alg: 'HS512' }), 'key_not_for_verifying'],
    ['a secret for encryption', secretJwk(32, { alg: 'A256GCM' }), 'key_not_for_verifying'],
    ['a secret in the other alphabet', { kty: 'oct', k: `${'+/'.repeat(30)}` }, 'key_unreadable'],
    ['a secret that is no text', { kty: 'oct', k: 5 }, 'key_unreadable'],
  ])('refuses %s', (_, jwk, fault) => {
    expect(toVerificationKey(jwk)).toBe(fault);
  });
});

describe('KeySet', () => {
  const read = (...keys: unknown[]) => {
    const set = KeySet.read({ keys }, 'public');
    if (typeof set === 'string') throw new Error(set);
    return set;
  };
  const one = publicJwk(KEYS.rsa, { kid: 'one' });
  const two = publicJwk(KEYS.otherRsa, { kid: 'two' });

  it('finds a key by its name and algorithm', () => {
    const set = read(one, two, publicJwk(KEYS.p256, { kid: 'ec' }));
    expect(set.find('two', 'RS256').map(({ kid }) => kid)).toEqual(['two']);
    expect(set.find('two', 'ES256')).toEqual([]);
    expect(set.find('three', 'RS256')).toEqual([]);
    expect(set.find('__proto__', 'RS256')).toEqual([]);
    expect([set.has('ec'), set.has('three')]).toEqual([true, false]);
  });

  it('tries the fitting ones for a token that names no key, eight at most', () => {
    expect(read(one, two, publicJwk(KEYS.p256)).find(undefined, 'RS256')).toHaveLength(2);
    const many = Array.from({ length: 20 }, (_, index) => publicJwk(KEYS.rsa, { kid: `${index}` }));
    expect(read(...many).find(undefined, 'RS256')).toHaveLength(8);
  });

  it('does not take a key without a name for a token that names one', () => {
    expect(read(publicJwk(KEYS.rsa)).find('one', 'RS256')).toEqual([]);
  });

  it('leaves out what cannot verify and keeps the rest', () => {
    const set = read(one, publicJwk(KEYS.weakRsa, { kid: 'weak' }), { kty: 'XYZ', kid: 'new' }, null, 5, 'x', []);
    expect(set.size).toBe(1);
    expect(set.find('weak', 'RS256')).toEqual([]);
  });

  it('leaves out secrets where keys are public, and keys where they are secret', () => {
    const keys = [publicJwk(KEYS.rsa, { kid: 'rsa' }), secretJwk(32, { kid: 'secret' })];
    const sizes = (['public', 'secret'] as const).map((type) => {
      const set = KeySet.read({ keys }, type);
      return typeof set === 'string' ? set : [set.has('rsa'), set.has('secret')];
    });
    expect(sizes).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('takes the same key twice under one name', () => {
    expect(read(one, { ...one, alg: 'RS256', use: 'sig' }).find('one', 'RS256')).toHaveLength(2);
  });

  it.each<[string, unknown, string]>([
    ['two different keys of one kid', { keys: [one, { ...two, kid: 'one' }] }, 'key_set_ambiguous'],
    [
      'two secrets of one kid',
      { keys: [secretJwk(32, { kid: 'a' }), secretJwk(33, { kid: 'a' })] },
      'key_set_ambiguous',
    ],
    [
      'two keys of one kid, one for encryption',
      { keys: [one, { ...two, kid: 'one', use: 'enc' }] },
      'key_set_ambiguous',
    ],
    ['more than 100 keys', { keys: Array.from({ length: 101 }, () => one) }, 'key_set_too_large'],
    ['no list', { keys: {} }, 'key_set_unreadable'],
    ['a single key', one, 'key_set_unreadable'],
    ['a list of keys', [one], 'key_set_unreadable'],
    ['nothing', null, 'key_set_unreadable'],
  ])('refuses %s', (_, document, fault) => {
    expect(KeySet.read(document, 'public')).toBe(fault);
  });
});

describe('readSecret', () => {
  const find = (text: string, kid: string | undefined, algorithm: string) => {
    const keys = readSecret(text);
    return typeof keys === 'string' ? keys : keys.find(kid, algorithm).length;
  };

  it('takes any text, for whatever kid a token names', () => {
    expect(find('abc123', undefined, 'HS256')).toBe(1);
    expect(find(SECRET, 'any', 'HS512')).toBe(1);
    expect(find('{not json', undefined, 'HS256')).toBe(1);
    expect(find('{}', undefined, 'HS256')).toBe(1);
  });

  it('never verifies a signature of a key pair with it', () => {
    expect(find(SECRET, undefined, 'RS256')).toBe(0);
    expect(find(publicPem(KEYS.rsa), undefined, 'RS256')).toBe(0);
  });

  it('takes secrets as JWK and JWK Set', () => {
    expect(find(JSON.stringify(secretJwk(32)), undefined, 'HS256')).toBe(1);
    const set = JSON.stringify({ keys: [secretJwk(32, { kid: 'a' }), secretJwk(33, { kid: 'b' })] });
    expect([find(set, 'b', 'HS256'), find(set, 'c', 'HS256')]).toEqual([1, 0]);
  });

  it.each<[string, object, string]>([
    ['a short secret', secretJwk(16), 'key_weak'],
    ['a public key', publicJwk(KEYS.rsa), 'key_unreadable'],
    ['a public key among secrets', { keys: [secretJwk(32), publicJwk(KEYS.rsa)] }, 'key_unreadable'],
    ['a short secret among others', { keys: [secretJwk(32), secretJwk(3)] }, 'key_weak'],
    ['no key', { keys: [] }, 'key_unreadable'],
    [
      'two secrets of one kid',
      { keys: [secretJwk(32, { kid: 'a' }), secretJwk(33, { kid: 'a' })] },
      'key_set_ambiguous',
    ],
  ])('refuses %s', (_, document, fault) => {
    expect(readSecret(JSON.stringify(document))).toBe(fault);
  });
});

describe('readPublicKey', () => {
  const algorithms = (text: string) => {
    const keys = readPublicKey(text);
    if (typeof keys === 'string') return keys;
    return ['HS256', 'RS256', 'ES256', 'EdDSA'].filter((name) => keys.find('any', name).length > 0);
  };

  it('takes PEM and JWK', () => {
    expect(algorithms(publicPem(KEYS.rsa))).toEqual(['RS256']);
    expect(algorithms(KEYS.rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string)).toEqual(['RS256']);
    expect(algorithms(`  ${publicPem(KEYS.p256)}\n`)).toEqual(['ES256']);
    expect(algorithms(publicPem(KEYS.ed25519))).toEqual(['EdDSA']);
    expect(algorithms(JSON.stringify(publicJwk(KEYS.rsa)))).toEqual(['RS256']);
    expect(algorithms(JSON.stringify({ keys: [publicJwk(KEYS.rsa, { kid: 'any' })] }))).toEqual(['RS256']);
  });

  it('names the key it was given with a kid', () => {
    expect(algorithms(JSON.stringify(publicJwk(KEYS.rsa, { kid: 'any' })))).toEqual(['RS256']);
    expect(algorithms(JSON.stringify(publicJwk(KEYS.rsa, { kid: 'one' })))).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['a private key', KEYS.rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'key_private'],
    ['a private key as JWK', JSON.stringify(KEYS.rsa.privateKey.export({ format: 'jwk' })), 'key_private'],
    ['a secret', JSON.stringify(secretJwk(64)), 'key_unreadable'],
    ['a weak key', publicPem(KEYS.weakRsa), 'key_weak'],
    ['two keys in one text', `${publicPem(KEYS.rsa)}${publicPem(KEYS.p256)}`, 'key_unreadable'],
    ['a damaged key', publicPem(KEYS.rsa).replace(/[A-Za-z]{10}/, 'AAAAAAAAAA'), 'key_unreadable'],
    ['an empty key', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----', 'key_unreadable'],
    ['a text', 'secret', 'key_unreadable'],
    ['an empty object', '{}', 'key_unreadable'],
    ['a key for key agreement', publicPem(generateKeyPairSync('x25519')), 'key_not_for_verifying'],
  ])('refuses %s', (_, text, fault) => {
    expect(readPublicKey(text)).toBe(fault);
  });
});
