import { createSecretKey } from 'node:crypto';
import { findSigningKey, type PolicySigningKey } from './policy-signing-key';

function aKey(kid: string, activatesAtMs: number, retiresAtMs = Number.POSITIVE_INFINITY): PolicySigningKey {
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x: '', kid, alg: 'EdDSA', use: 'sig' } as const;
  return { kid, algorithm: 'EdDSA', privateKey: createSecretKey('x', 'utf8'), publicJwk, activatesAtMs, retiresAtMs };
}

describe('findSigningKey', () => {
  const OLD = aKey('old', 0, 5_000);
  const NEW = aKey('new', 1_000);

  it.each([
    ['the only one', [NEW], 1_000, 'new'],
    ['none before the first one signs', [NEW], 999, undefined],
    ['the old one until the new one signs', [NEW, OLD], 999, 'old'],
    ['the new one from then on', [NEW, OLD], 1_000, 'new'],
    ['the new one in any order', [OLD, NEW], 1_000, 'new'],
    ['none that has ended', [OLD], 5_000, undefined],
    ['one of two that sign from the same moment, always the same', [aKey('b', 0), aKey('a', 0)], 1, 'b'],
    ['the same of them in the other order', [aKey('a', 0), aKey('b', 0)], 1, 'b'],
    ['none where there is none', [], 1, undefined],
  ])('finds %s', (_, keys, nowMs, expected) => {
    expect(findSigningKey(keys, nowMs)?.kid).toBe(expected);
  });
});
