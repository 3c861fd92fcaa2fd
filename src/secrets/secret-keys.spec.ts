import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { SecretKeys } from './secret-keys';

const aMasterKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

describe('the derived keys', () => {
  it('are the same for the same master key, and all different from each other and from it', () => {
    fc.assert(
      fc.property(aMasterKey, (masterKey) => {
        const keys = new SecretKeys(masterKey);
        const all = [masterKey, keys.apiKeyPepper, keys.adminTokenPepper, keys.encryptionKey];

        expect(new SecretKeys(Buffer.from(masterKey))).toEqual(keys);
        expect(new Set(all.map((key) => key.toString('hex'))).size).toBe(4);
        expect(all.map((key) => key.length)).toEqual([32, 32, 32, 32]);
        expect(keys.keyId).toMatch(/^[0-9a-f]{8}$/);
      }),
    );
  });

  it('differ when the master key differs', () => {
    fc.assert(
      fc.property(aMasterKey, fc.nat(255), (masterKey, bit) => {
        const other = Buffer.from(masterKey);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));

        expect(new SecretKeys(other).encryptionKey).not.toEqual(new SecretKeys(masterKey).encryptionKey);
        expect(new SecretKeys(other).keyId).not.toBe(new SecretKeys(masterKey).keyId);
      }),
    );
  });

  it('are HKDF-SHA-256 of the master key under their purpose (RFC 5869)', () => {
    const masterKey = Buffer.alloc(32, 1);
    const hmac = (key: Buffer, ...parts: (string | Buffer)[]) =>
      parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest();
    const expand = (info: string) => hmac(hmac(Buffer.alloc(32), masterKey), info, Buffer.from([1]));

    expect(new SecretKeys(masterKey).apiKeyPepper).toEqual(expand('gatewarden/1 api key digest'));
    expect(new SecretKeys(masterKey).adminTokenPepper).toEqual(expand('gatewarden/1 admin token digest'));
    expect(new SecretKeys(masterKey).adminSessionPepper).toEqual(expand('gatewarden/1 admin session digest'));
    expect(new SecretKeys(masterKey).encryptionKey).toEqual(expand('gatewarden/1 secret encryption'));
  });

  it.each([0, 16, 31, 33])('cannot be made from %d bytes', (length) => {
    expect(() => new SecretKeys(Buffer.alloc(length))).toThrow(RangeError);
  });
});
