import { anIssuer } from '../../../../test/support/tokens';
import type { ClaimMapping } from '../../policy-issuer';
import { toVerifiedToken } from './to-verified-token';

const MAPPING = anIssuer().claims;
const map = (claims: object, mapping: Partial<ClaimMapping> = {}) =>
  toVerifiedToken(claims as never, anIssuer({ claims: { ...MAPPING, ...mapping } }), 5_000);
const decode = (text: unknown) => JSON.parse(Buffer.from(String(text), 'base64url').toString());

describe('toVerifiedToken', () => {
  it('maps the claims and keeps them', () => {
    const claims = { sub: 'user-1', roles: ['admin'], scope: 'read write', tenant: 'acme', jti: 'j' };
    expect(map(claims)).toEqual({
      issuerId: 'issuer-1',
      issuerName: 'corp',
      subject: 'user-1',
      roles: ['admin'],
      scopes: ['read', 'write'],
      tenant: 'acme',
      clientName: undefined,
      jti: 'j',
      expiresAtMs: 5_000,
      claims,
      forwardedClaims: undefined,
    });
  });

  it.each([
    [
      ['admin', 'editor'],
      ['admin', 'editor'],
    ],
    [['admin', 'admin', '', 7, null, { a: 1 }, ['x']], ['admin']],
    [['two words'], ['two words']],
    [['viewer,admin', 'viewer\nadmin', 'editor'], ['editor']],
    ['admin', ['admin']],
    ['admin editor', ['admin', 'editor']],
    ['admin, editor,,viewer ', ['admin', 'editor', 'viewer']],
    ['', []],
    [undefined, []],
    [null, []],
    [7, []],
    [{ admin: true }, []],
  ])('reads the roles %j', (roles, expected) => {
    expect(map({ roles })).toMatchObject({ roles: expected });
  });

  it.each([
    ['read write', ['read', 'write']],
    [' read\twrite  read ', ['read', 'write']],
    ['orders:write,x', ['orders:write,x']],
    [
      ['read', 'a b', 5],
      ['read', 'a', 'b'],
    ],
    [{}, []],
    [true, []],
  ])('reads the scopes %j', (scope, expected) => {
    expect(map({ scope })).toMatchObject({ scopes: expected });
  });

  it.each([
    [{ realm_access: { roles: ['a'] } }, 'realm_access.roles', ['a']],
    [{ 'https://acme.example/roles': ['a'] }, 'https://acme.example/roles', ['a']],
    [{ a: { b: { c: ['x'] } } }, 'a.b.c', ['x']],
    [{ 'a.b': ['flat'], a: { b: ['deep'] } }, 'a.b', ['flat']],
    [{ a: 'text' }, 'a.length', []],
    [{ a: ['x'] }, 'a.0', []],
    [{ a: null }, 'a.b', []],
    [{}, 'constructor.name', []],
    [{}, '__proto__', []],
    [{ roles: ['a'] }, undefined, []],
  ])('finds in %j at %s', (claims, roles, expected) => {
    expect(map(claims, { roles })).toMatchObject({ roles: expected });
  });

  it.each([
    ['1', '1'],
    [1, 1],
    [0, 0],
    ['', ''],
    [undefined, undefined],
  ])('keeps the subject %j as it is', (sub, subject) => {
    expect(map({ sub })).toMatchObject({ subject });
  });

  it.each([
    { sub: 2 ** 53 },
    { sub: 1.5 },
    { sub: null },
    { sub: { id: 1 } },
    { sub: ['1'] },
    { sub: true },
    { jti: {} },
    { jti: '' },
    { jti: null },
    { jti: 1.5 },
  ])('refuses %j, which could be taken for another', (claims) => {
    expect(map(claims)).toEqual({ rejected: 'token_claim_malformed' });
  });

  it('reads a numeric jti and tenant as text, and no other tenant', () => {
    expect(map({ jti: 7, tenant: 12 })).toMatchObject({ jti: '7', tenant: '12' });
    expect(map({ tenant: { id: 1 } })).toMatchObject({ tenant: undefined });
    expect(map({ tenant: '' })).toMatchObject({ tenant: undefined });
  });

  it('names the client where the issuer maps one, and refuses a token that names none', () => {
    expect(map({ azp: 'shop' }, { client: 'azp' })).toMatchObject({ clientName: 'shop' });
    for (const azp of [undefined, '', null, ['shop'], { id: 'shop' }]) {
      expect(map({ azp }, { client: 'azp' })).toEqual({ rejected: 'token_client_missing' });
    }
  });

  it('forwards the claims its issuer lists and no other', () => {
    const claims = { email: 'ü@b.c', roles: ['a'], address: { city: 'X' }, gone: undefined };
    const token = map(claims, { forward: ['email', 'address.city', 'gone', 'missing', '__proto__'] });
    expect(decode('forwardedClaims' in token && token.forwardedClaims)).toEqual({
      email: 'ü@b.c',
      'address.city': 'X',
    });
    expect(map(claims, { forward: ['missing'] })).toMatchObject({ forwardedClaims: 'e30' });
  });
});
