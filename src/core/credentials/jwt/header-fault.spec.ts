import { findHeaderFault } from './header-fault';

const fault = (header: object, algorithms: string[] = ['RS256']) =>
  findHeaderFault({ alg: 'RS256', ...header } as never, algorithms);

describe('findHeaderFault', () => {
  it.each([
    {},
    { typ: 'JWT' },
    { typ: 'jwt' },
    { typ: 'at+jwt' },
    { typ: 'application/at+jwt' },
    { kid: 'a' },
    { kid: '' },
    { kid: '../../../../dev/null' },
    { jku: 'https://evil.example/keys', x5u: 'https://evil.example', jwk: { kty: 'oct', k: '' }, x5c: ['MII'] },
  ])('finds nothing in %j', (header) => {
    expect(fault(header)).toBeUndefined();
  });

  it.each([
    [{ alg: 'none' }, 'token_algorithm_not_accepted'],
    [{ alg: 'None' }, 'token_algorithm_not_accepted'],
    [{ alg: 'rs256' }, 'token_algorithm_not_accepted'],
    [{ alg: 'RS256 ' }, 'token_algorithm_not_accepted'],
    [{ alg: 'HS256' }, 'token_algorithm_not_accepted'],
    [{ alg: 'RS384' }, 'token_algorithm_not_accepted'],
    [{ alg: '' }, 'token_algorithm_not_accepted'],
    [{ alg: undefined }, 'token_algorithm_not_accepted'],
    [{ alg: null }, 'token_algorithm_not_accepted'],
    [{ alg: ['RS256'] }, 'token_algorithm_not_accepted'],
    [{ crit: ['exp'] }, 'token_critical_header'],
    [{ crit: [] }, 'token_critical_header'],
    [{ crit: null }, 'token_critical_header'],
    [{ b64: false }, 'token_critical_header'],
    [{ b64: true }, 'token_critical_header'],
    [{ typ: 'JOSE' }, 'token_type_not_accepted'],
    [{ typ: 'dpop+jwt' }, 'token_type_not_accepted'],
    [{ typ: 'secevent+jwt' }, 'token_type_not_accepted'],
    [{ typ: '' }, 'token_type_not_accepted'],
    [{ typ: null }, 'token_type_not_accepted'],
    [{ typ: ['JWT'] }, 'token_type_not_accepted'],
    [{ kid: 1 }, 'token_malformed'],
    [{ kid: null }, 'token_malformed'],
    [{ kid: ['a'] }, 'token_malformed'],
  ])('refuses %j', (header, cause) => {
    expect(fault(header)).toBe(cause);
  });

  it('accepts no algorithm of an issuer that lists none', () => {
    expect(fault({}, [])).toBe('token_algorithm_not_accepted');
  });
});
