import fc from 'fast-check';
import { SecretCipher } from './secret-cipher';
import { SecretCipherError } from './secret-cipher-error';
import { SecretKeys } from './secret-keys';

const cipherOf = (fill: number): SecretCipher => new SecretCipher(new SecretKeys(Buffer.alloc(32, fill)));

describe('the secret cipher', () => {
  const cipher = cipherOf(1);

  it('opens what it sealed, and never seals alike twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => {
        const sealed = cipher.encrypt(plain, context);

        expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]{22,}$/);
        expect(cipher.decrypt(sealed, context)).toBe(plain);
        expect(cipher.encrypt(plain, context)).not.toBe(sealed);
      }),
    );
  });

  it('refuses a secret moved to another place', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (plain, context, other) => {
        fc.pre(context !== other);
        expect(() => cipher.decrypt(cipher.encrypt(plain, context), other)).toThrow(SecretCipherError);
      }),
    );
  });

  it('refuses a secret with any bit changed', () => {
    const sealed = cipher.encrypt('correct horse', 'credential:1');
    const [version, keyId, iv = '', body = ''] = sealed.split('.');
    const flipped = (text: string, bit: number): string => {
      const bytes = Buffer.from(text, 'base64url');
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return bytes.toString('base64url');
    };
    for (let bit = 0; bit < 12 * 8; bit += 1) {
      const changed = [version, keyId, flipped(iv, bit), body].join('.');
      expect(() => cipher.decrypt(changed, 'credential:1')).toThrow(SecretCipherError);
    }
    for (let bit = 0; bit < Buffer.from(body, 'base64url').length * 8; bit += 1) {
      const changed = [version, keyId, iv, flipped(body, bit)].join('.');
      expect(() => cipher.decrypt(changed, 'credential:1')).toThrow(SecretCipherError);
    }
  });

  it('names GATEWARDEN_MASTER_KEY when the secret was sealed with another one', () => {
    expect(() => cipherOf(2).decrypt(cipher.encrypt('x', 'c'), 'c')).toThrow(/GATEWARDEN_MASTER_KEY/);
  });

  it.each([
    '',
    'v1',
    'v2.00000000.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA',
    'v1.00000000.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAA',
  ])('refuses “%s”, which is not in its form', (text) => {
    expect(() => cipher.decrypt(text, 'c')).toThrow(SecretCipherError);
  });

  it('tells no secret in its errors', () => {
    const sealed = cipher.encrypt('hunter2', 'c');
    for (const context of ['c', 'd']) {
      try {
        cipherOf(context === 'c' ? 2 : 1).decrypt(sealed, context);
      } catch (error) {
        expect(String(error)).not.toContain('hunter2');
        expect(String(error)).not.toContain(sealed);
      }
    }
    expect.assertions(4);
  });
});
