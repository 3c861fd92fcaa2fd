import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { digestApiKey, digestApiKeySha256, isWellFormedApiKey, mintApiKey } from './api-key';

const PEPPER = Buffer.alloc(32, 1);

describe('isWellFormedApiKey', () => {
  it.each(['a', 'x'.repeat(512), 'Zk3-_foreign.key~', 'GW_LIVE_abc', 'gw_test_abc', 'été'])(
    'takes the foreign key %s',
    (key) => {
      expect(isWellFormedApiKey(key)).toBe(true);
    },
  );

  it('takes a minted key', () => {
    expect(mintApiKey()).toMatch(/^gw_live_[0-9A-Za-z]{38}$/);
    expect(isWellFormedApiKey(mintApiKey())).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['513 characters', 'x'.repeat(513)],
    ['our prefix alone', 'gw_live_'],
    ['our prefix before a foreign key', 'gw_live_abc'],
    ['our prefix twice', `gw_live_${mintApiKey()}`],
    ['a minted key cut short', mintApiKey().slice(0, -1)],
    ['a minted key and a space', `${mintApiKey()} `],
  ])('refuses %s', (_, key) => {
    expect(isWellFormedApiKey(key)).toBe(false);
  });
});

describe('digestApiKey', () => {
  it('is HMAC-SHA256(pepper, hex(SHA-256(key))), as computed elsewhere', () => {
    expect(digestApiKey('partner-key-0001', PEPPER)).toBe(
      'e4f79ca1de219420c3609bab432d006425aec8ad711557a5284702c60edbb315',
    );
  });

  it('is the same whether the key or only its SHA-256 is known', () => {
    holds(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        const sha256 = createHash('sha256').update(key).digest('hex');
        expect(digestApiKeySha256(sha256, PEPPER)).toBe(digestApiKey(key, PEPPER));
      }),
    );
  });

  it('is another one for another key or another pepper', () => {
    const digests = [
      digestApiKey('a', PEPPER),
      digestApiKey('b', PEPPER),
      digestApiKey('a ', PEPPER),
      digestApiKey('a', Buffer.alloc(32, 2)),
    ];
    expect(new Set(digests).size).toBe(4);
  });
});
