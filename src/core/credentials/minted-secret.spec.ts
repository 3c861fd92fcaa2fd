import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { crc32 } from './crc32';
import { hasValidChecksum, maskSecret, mintSecret } from './minted-secret';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('crc32', () => {
  it.each([
    ['', 0],
    ['123456789', 0xcbf43926],
    ['a', 0xe8b7be43],
    ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ])('of %j is %d', (text, checksum) => {
    expect(crc32(text)).toBe(checksum);
  });
});

describe('mintSecret', () => {
  it('makes 32 base62 characters and their CRC-32, left-padded in base62', () => {
    for (let i = 0; i < 50; i += 1) {
      const [, body = '', checksum = ''] = /^x_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/.exec(mintSecret('x_')) ?? [];
      const value = [...checksum].reduce((sum, digit) => sum * 62 + ALPHABET.indexOf(digit), 0);
      expect(value).toBe(crc32(body));
    }
  });

  it('makes another one every time, of all 62 characters', () => {
    const secrets = Array.from({ length: 200 }, () => mintSecret(''));
    expect(new Set(secrets).size).toBe(200);
    expect(new Set(secrets.flatMap((secret) => [...secret.slice(0, 32)])).size).toBe(62);
  });
});

describe('hasValidChecksum', () => {
  it('takes a checksum computed elsewhere, zeros on its left', () => {
    expect(hasValidChecksum('gw_live_abcdefghijklmnopqrstuvwxyz0123451nc0VA', 'gw_live_')).toBe(true);
    expect(hasValidChecksum('gw_live_0000000000000000000000000000017200YwDE', 'gw_live_')).toBe(true);
  });

  it('refuses a secret with any one character changed', () => {
    const change = fc.tuple(fc.nat({ max: 37 }), fc.constantFrom(...ALPHABET, '-', ' ', 'é'));
    holds(
      fc.property(fc.noShrink(fc.constant(0).map(() => mintSecret('gw_live_'))), change, (secret, [at, character]) => {
        const index = 'gw_live_'.length + at;
        fc.pre(secret[index] !== character);
        expect(hasValidChecksum(secret, 'gw_live_')).toBe(true);
        expect(hasValidChecksum(secret.slice(0, index) + character + secret.slice(index + 1), 'gw_live_')).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a secret that is shorter, longer, or has two characters exchanged', () => {
    const secret = mintSecret('gw_live_');
    const exchanged = secret.replace(/^(.{10})(.)(.*)(.)(.{6})$/, '$1$4$3$2$5');
    for (const other of [
      secret.slice(0, -1),
      `${secret}0`,
      `${secret}\n`,
      ` ${secret}`,
      'gw_live_',
      '',
      'gw_live_'.repeat(9),
    ]) {
      expect(hasValidChecksum(other, 'gw_live_')).toBe(false);
    }
    expect(hasValidChecksum(exchanged, 'gw_live_')).toBe(exchanged === secret);
  });
});

describe('maskSecret', () => {
  it.each([
    ['', ''],
    ['a', '*'],
    ['123456789012', '************'],
    ['1234567890123', '12345678…0123'],
    ['gw_live_abcdefghijklmnop', 'gw_live_…mnop'],
  ])('shows %j as %j', (secret, masked) => {
    expect(maskSecret(secret)).toBe(masked);
  });
});
