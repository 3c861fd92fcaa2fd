import { aSnapshot, NOW_MS } from '../../test/support/policy';
import { ExpiredRevocations } from './expired-revocations';

const MINUTE_MS = 60_000;

describe('ExpiredRevocations', () => {
  it('finds those whose tokens ended long ago, once an hour', () => {
    const ends = { ended: NOW_MS - 11 * MINUTE_MS, ending: NOW_MS - 9 * MINUTE_MS, endless: Number.POSITIVE_INFINITY };
    const revokedTokens = Object.entries(ends).map(([revokedTokenId, expiresAtMs]) => ({
      revokedTokenId,
      expiresAtMs,
    }));
    const snapshot = aSnapshot({ revokedTokens });
    const expired = new ExpiredRevocations();
    expect(expired.find(snapshot, NOW_MS)).toEqual(['ended']);
    expect(expired.find(snapshot, NOW_MS + 59 * MINUTE_MS)).toEqual([]);
    expect(expired.find(snapshot, NOW_MS + 60 * MINUTE_MS)).toEqual(expect.arrayContaining(['ended', 'ending']));
  });
});
