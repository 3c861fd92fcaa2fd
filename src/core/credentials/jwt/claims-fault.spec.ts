import { NOW_MS } from '../../../../test/support/policy';
import { anIssuer, CLAIMS, NOW } from '../../../../test/support/tokens';
import type { PolicyIssuer } from '../../policy-issuer';
import { expiryMs, findIntrospectionFault, findJwtFault } from './claims-fault';

const issuer = anIssuer({ audiences: ['api', 'web'], clockSkewSeconds: 30 });
const jwt = (change: object, rules: Partial<PolicyIssuer> = {}, nowMs = NOW_MS) =>
  findJwtFault({ ...CLAIMS, ...change }, { ...issuer, ...rules }, nowMs);
const introspected = (claims: object, rules: Partial<PolicyIssuer> = {}) =>
  findIntrospectionFault(claims as never, { ...issuer, ...rules }, NOW_MS);

describe('findJwtFault', () => {
  it.each([
    {},
    { aud: ['api'] },
    { aud: ['other', 'web'] },
    { exp: NOW + 0.5 },
    { exp: NOW - 29.999 },
    { nbf: NOW + 30 },
    { iat: NOW + 30 },
    { nbf: 0, iat: 0 },
    { exp: 8_640_000_000_000 },
  ])('finds nothing in %j', (change) => {
    expect(jwt(change)).toBeUndefined();
  });

  it.each([
    [{ exp: undefined }, 'token_without_expiry'],
    [{ exp: null }, 'token_claim_malformed'],
    [{ exp: String(NOW + 60) }, 'token_claim_malformed'],
    [{ exp: 1e300 }, 'token_claim_malformed'],
    [{ exp: -1 }, 'token_claim_malformed'],
    [{ exp: true }, 'token_claim_malformed'],
    [{ exp: [NOW + 60] }, 'token_claim_malformed'],
    [{ exp: NOW - 30 }, 'token_expired'],
    [{ exp: 0 }, 'token_expired'],
    [{ nbf: NOW + 31 }, 'token_not_yet_valid'],
    [{ nbf: 'soon' }, 'token_claim_malformed'],
    [{ nbf: null }, 'token_claim_malformed'],
    [{ iat: NOW + 31 }, 'token_issued_in_future'],
    [{ iat: {} }, 'token_claim_malformed'],
    [{ iss: undefined }, 'token_issuer_not_accepted'],
    [{ iss: 'https://idp.example/' }, 'token_issuer_not_accepted'],
    [{ iss: 'HTTPS://idp.example' }, 'token_issuer_not_accepted'],
    [{ iss: ['https://idp.example'] }, 'token_issuer_not_accepted'],
    [{ aud: undefined }, 'token_audience_not_accepted'],
    [{ aud: 'other' }, 'token_audience_not_accepted'],
    [{ aud: 'API' }, 'token_audience_not_accepted'],
    [{ aud: 'api web' }, 'token_audience_not_accepted'],
    [{ aud: [] }, 'token_audience_not_accepted'],
    [{ aud: [['api']] }, 'token_audience_not_accepted'],
    [{ aud: { api: true } }, 'token_audience_not_accepted'],
    [{ aud: null }, 'token_audience_not_accepted'],
  ])('refuses %j', (change, cause) => {
    expect(jwt(change)).toBe(cause);
  });

  it('takes any iss where the issuer names none', () => {
    expect(jwt({ iss: 'anybody' }, { issuer: undefined })).toBeUndefined();
    expect(jwt({ iss: undefined }, { issuer: undefined })).toBeUndefined();
  });

  it('takes only tokens without audience where the issuer names none', () => {
    expect(jwt({ aud: undefined }, { audiences: [] })).toBeUndefined();
    expect(jwt({ aud: 'api' }, { audiences: [] })).toBe('token_audience_not_accepted');
    expect(jwt({ aud: [] }, { audiences: [] })).toBe('token_audience_not_accepted');
  });

  it('takes no token at a time that is no number', () => {
    expect(jwt({}, {}, Number.NaN)).toBe('token_expired');
  });
});

describe('findIntrospectionFault', () => {
  it('checks what the answer says and nothing it leaves out', () => {
    expect(introspected({})).toBeUndefined();
    expect(introspected(CLAIMS)).toBeUndefined();
    expect(introspected({ aud: 'any', iss: 'any' }, { audiences: [], issuer: undefined })).toBeUndefined();
  });

  it.each([
    [{ exp: NOW - 30 }, 'token_expired'],
    [{ exp: 'never' }, 'token_claim_malformed'],
    [{ nbf: NOW + 31 }, 'token_not_yet_valid'],
    [{ iss: 'https://other.example' }, 'token_issuer_not_accepted'],
    [{ aud: 'other' }, 'token_audience_not_accepted'],
    [{ aud: null }, 'token_audience_not_accepted'],
  ])('refuses %j', (claims, cause) => {
    expect(introspected(claims)).toBe(cause);
  });
});

describe('expiryMs', () => {
  it('is the end in milliseconds, undefined where none is named', () => {
    expect(expiryMs({ exp: 1.5 })).toBe(1500);
    expect(expiryMs({})).toBeUndefined();
    expect(expiryMs({ exp: '1' })).toBeUndefined();
  });
});
