import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { SigningAlgorithm } from '../core/policy-signing-key';
import { SecretCipher } from '../secrets/secret-cipher';
import { SecretKeys } from '../secrets/secret-keys';
import { SigningKeyMint } from '../signing-keys/signing-key-mint';
import { compileSigningKey } from './compile-signing-key';
import type { SigningKeyRow } from './policy-rows';

const cipher = new SecretCipher(new SecretKeys(Buffer.alloc(32, 1)));
const mint = new SigningKeyMint(cipher);
const AT = new Date('2026-01-02T03:04:05.678Z');

async function mintRow(algorithm: SigningAlgorithm): Promise<SigningKeyRow> {
  const row = await mint.mint(algorithm, AT, 1);
  return { ...row, activatesAt: row.activatesAt.getTime(), retiresAt: null };
}

describe('compileSigningKey', () => {
  it.each([
    ['EdDSA', { kty: 'OKP', crv: 'Ed25519', x: expect.any(String) }],
    ['ES256', { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) }],
    ['RS256', { kty: 'RSA', n: expect.any(String), e: 'AQAB' }],
  ] as const)('publishes the public half of an %s key and no more', async (algorithm, half) => {
    const row = await mintRow(algorithm);
    const key = compileSigningKey(row, cipher);
    expect(key).toMatchObject({
      kid: row.kid,
      algorithm,
      activatesAtMs: AT.getTime(),
      retiresAtMs: Number.POSITIVE_INFINITY,
    });
    expect(key.publicJwk).toEqual({ ...half, kid: row.kid, alg: algorithm, use: 'sig' });
    const published = createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' });
    expect(published.equals(createPublicKey(key.privateKey))).toBe(true);
  });

  it('reads when a key ends', async () => {
    const row = { ...(await mintRow('EdDSA')), retiresAt: AT.getTime() };
    expect(compileSigningKey(row, cipher).retiresAtMs).toBe(AT.getTime());
  });

  it('goes by what a key is, whatever the row calls it', async () => {
    const row = { ...(await mintRow('ES256')), algorithm: 'EdDSA' };
    expect(compileSigningKey(row, cipher).algorithm).toBe('ES256');
  });

  it('never stores a private key in the open', async () => {
    const { privateKey } = await mintRow('EdDSA');
    expect(privateKey).toMatch(/^v1\.[0-9a-f]{8}\./);
  });

  it.each([
    ['an RSA key that can be broken', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
    ['a key on another curve', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
    ['a key for agreement only', generateKeyPairSync('x25519').privateKey],
  ])('refuses %s', async (_, privateKey) => {
    const row = await mintRow('EdDSA');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const other = { ...row, privateKey: cipher.encrypt(pem, `signing_key:${row.kid}`) };
    expect(() => compileSigningKey(other, cipher)).toThrow('nothing here signs with');
  });

  it('refuses a key that was moved to another row', async () => {
    const moved = { ...(await mintRow('EdDSA')), kid: 'another' };
    expect(() => compileSigningKey(moved, cipher)).toThrow('does not belong');
  });
});
