import { aRequest, aRoute, type RequestText } from '../../../test/support/policy';
import { demandCredential } from '../demand';
import type { CredentialKind } from '../principal';
import { findPresentedCredential, isGatewayAuthorization } from './presented-credential';

const JWS = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

function find(text: RequestText, kinds: readonly CredentialKind[] = ['api_key'], apiKeyInQuery = true) {
  return findPresentedCredential(aRequest(text), aRoute({ apiKeyInQuery }), demandCredential(kinds));
}

const apiKey = (text: string) => ({ kind: 'api_key', text });

describe('findPresentedCredential', () => {
  it.each([
    ['Bearer k', apiKey('k')],
    ['bearer k', apiKey('k')],
    ['BEARER   k', apiKey('k')],
    ['ApiKey k', apiKey('k')],
    ['apikey k', apiKey('k')],
    ['bare-key', apiKey('bare-key')],
    ['Bearer', apiKey('')],
    ['ApiKey', apiKey('')],
    ['Bearer a b', apiKey('a b')],
    ['Bearer\tk', apiKey('Bearer\tk')],
    ['HMAC client_id="a",signature="b"', { kind: 'hmac', text: 'client_id="a",signature="b"' }],
    ['hmac x', { kind: 'hmac', text: 'x' }],
    ['HMAC', { kind: 'hmac', text: '' }],
    [`Bearer ${JWS}`, apiKey(JWS)],
  ])('reads Authorization: %s', (authorization, found) => {
    expect(find({ headers: { authorization } })).toEqual(found);
    expect(isGatewayAuthorization(authorization)).toBe(true);
  });

  it.each(['Basic dXNlcjpwYXNz', 'Negotiate abc', 'Digest username="x"', 'Bearerx k', ''])(
    'leaves Authorization: %j to the upstream and looks further',
    (authorization) => {
      expect(isGatewayAuthorization(authorization)).toBe(false);
      expect(find({ headers: { authorization } })).toBeUndefined();
      expect(find({ headers: { authorization, 'X-API-Key': 'k' } })).toEqual(apiKey('k'));
      expect(find({ target: '/a?api_key=q', headers: { authorization } })).toEqual(apiKey('q'));
    },
  );

  it('takes the first one present, in the order Authorization, X-API-Key, query', () => {
    const target = '/a?api_key=query';
    const all = { 'X-API-Key': 'field', Authorization: 'Bearer bearer' };
    expect(find({ target, headers: all })).toEqual(apiKey('bearer'));
    expect(find({ target, headers: { 'X-API-Key': 'field' } })).toEqual(apiKey('field'));
    expect(find({ target })).toEqual(apiKey('query'));
    expect(find({ target: '/a' })).toBeUndefined();
  });

  it('is not talked out of a bad or empty credential by a good one behind it', () => {
    expect(find({ headers: { Authorization: 'Bearer', 'X-API-Key': 'good' } })).toEqual(apiKey(''));
    expect(find({ headers: { Authorization: 'HMAC x', 'X-API-Key': 'good' } })).toMatchObject({ kind: 'hmac' });
    expect(find({ target: '/a?api_key=good', headers: { 'X-API-Key': '' } })).toEqual(apiKey(''));
  });

  it('looks into the query only where the route allows it', () => {
    expect(find({ target: '/a?api_key=k' }, ['api_key'], false)).toBeUndefined();
    expect(find({ target: '/a?api_key=k&api_key=k' }, ['api_key'], false)).toBeUndefined();
  });

  it('refuses to choose between two keys of a query', () => {
    expect(find({ target: '/a?api_key=k&%61pi_key=l' })).toBe('repeated');
  });

  it.each([
    [`Bearer ${JWS}`, ['jwt'], 'jwt'],
    [`Bearer ${JWS}`, ['api_key', 'jwt'], 'jwt'],
    [`Bearer ${JWS}`, ['api_key', 'hmac'], 'api_key'],
    ['Bearer eyJh.eyJz.', ['jwt'], 'jwt'],
    ['Bearer two.parts', ['jwt'], 'jwt'],
    ['Bearer two.parts', ['jwt', 'api_key'], 'api_key'],
    ['Bearer opaque', ['jwt'], 'jwt'],
    ['Bearer opaque', ['hmac', 'jwt', 'mtls'], 'jwt'],
    ['Bearer gw_live_opaque', ['jwt'], 'jwt'],
    ['Bearer opaque', ['hmac'], 'api_key'],
    ['Bearer', ['jwt'], 'jwt'],
    ['opaque', ['jwt'], 'api_key'],
    ['Bearer no-token', ['jwt', 'api_key'], 'api_key'],
    [`ApiKey ${JWS}`, ['jwt'], 'api_key'],
    [JWS, ['jwt'], 'api_key'],
  ] as [string, CredentialKind[], string][])(
    'takes %s for methods that take %j as %s',
    (authorization, kinds, kind) => {
      expect(find({ headers: { authorization } }, kinds)).toMatchObject({ kind });
    },
  );
});
