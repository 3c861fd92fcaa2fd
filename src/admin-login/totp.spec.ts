import { findTimeStep, mintTotpSecret, toOtpauthUrl } from './totp';

/** The secret of RFC 6238 appendix B in base32, and the last six digits of its codes for SHA-1. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('a time-based code', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('of RFC 6238 at %d is %s', (seconds, code) => {
    expect(findTimeStep(SECRET, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('belongs to its own time-step, in the one before and after it too', () => {
    const step = 1111111109 - (1111111109 % 30);
    const found = [-2, -1, 0, 1, 2].map((steps) => findTimeStep(SECRET, '081804', (step + steps * 30) * 1000));
    expect(found).toEqual([undefined, step / 30, step / 30, step / 30, undefined]);
  });

  it.each(['', '08180', '0081804', ' 081804', '81804', '081805', '__proto__'])('is not “%s”', (code) => {
    expect(findTimeStep(SECRET, code, 1111111109_000)).toBeUndefined();
  });
});

describe('a new secret', () => {
  it('has 160 bits and is another one each time', () => {
    const secrets = new Set(Array.from({ length: 20 }, mintTotpSecret));
    expect(secrets.size).toBe(20);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });

  it('is read by an app from an address that no name can break out of', () => {
    const url = new URL(toOtpauthUrl(SECRET, 'a&secret=b/c', 'x@y?z#w'));
    expect([...url.searchParams.keys()].sort()).toEqual(['algorithm', 'digits', 'issuer', 'period', 'secret']);
    expect(url.searchParams.get('secret')).toBe(SECRET);
  });
});
