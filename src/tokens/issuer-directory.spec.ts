import { anIssuer, CLAIMS, signHs256 } from '../../test/support/tokens';
import type { PolicyIssuer } from '../core/policy-issuer';
import { IssuerDirectory } from './issuer-directory';
import { presentToken } from './presented-token';

const introspection = { url: 'http://x', clientId: 'a', clientSecret: 's', cacheSeconds: 0 };
const asked = { type: 'introspection', introspection, secret: undefined } as const;
const ISSUERS: Record<string, Partial<PolicyIssuer>> = {
  corp: { issuer: 'https://corp.example' },
  'corp web': { issuer: 'https://corp.example', audiences: ['web'] },
  shop: { type: 'jwks', issuer: 'https://shop.example', jwksUrl: 'http://x' },
  old: { issuer: undefined },
  off: { issuer: 'https://off.example', enabled: false },
  opaque: { ...asked, issuer: undefined },
  'opaque corp': { ...asked, issuer: 'https://as.example' },
};

function claimants(token: string, without: string[] = [], names?: string[]) {
  const issuers = Object.entries(ISSUERS).filter(([name]) => !without.includes(name));
  const made = issuers.map(([name, change]) => anIssuer({ issuerId: name, name, ...change }));
  const directory = new IssuerDirectory(made.reverse());
  return directory.findClaimants(presentToken(token, ''), names && new Set(names)).map(({ name }) => name);
}

const jwt = (iss: unknown) => signHs256({ ...CLAIMS, iss });

describe('IssuerDirectory', () => {
  it.each<[string, string, string[], string[] | undefined, string[]]>([
    ['by its iss', jwt('https://shop.example'), [], undefined, ['shop']],
    [
      'by its iss, of several in the order of their names',
      jwt('https://corp.example'),
      [],
      undefined,
      ['corp', 'corp web'],
    ],
    ['by its iss, of those that count', jwt('https://corp.example'), [], ['corp web'], ['corp web']],
    ['by its iss, to one that is asked', jwt('https://as.example'), [], undefined, ['opaque corp']],
    ['with an unknown iss', jwt('https://nobody.example'), [], undefined, ['old']],
    ['with the iss of a disabled one', jwt('https://off.example'), [], undefined, []],
    ['with the iss of one that does not count beside one that takes any', jwt('https://shop.example'), [], ['old'], []],
    ['without iss', jwt(undefined), [], undefined, ['old']],
    ['with a list for an iss', jwt(['https://corp.example']), [], undefined, ['old']],
    ['with an unknown iss where none takes any', jwt('https://nobody.example'), ['old'], undefined, ['opaque']],
    ['with the iss of one that does not count', jwt('https://corp.example'), [], ['shop'], []],
    ['with an unknown iss where none is left', jwt('x'), ['old', 'opaque'], undefined, []],
    ['that is opaque', 'opaque', [], undefined, ['opaque', 'opaque corp']],
    ['that is opaque, of those that count', 'opaque', [], ['opaque corp', 'corp'], ['opaque corp']],
    ['that is opaque and of nobody', 'opaque', [], ['corp'], []],
    ['that only looks like a JWT', 'a.b.c', [], undefined, ['opaque', 'opaque corp']],
  ])('leads a token %s to its issuers', (_, token, without, names, expected) => {
    expect(claimants(token, without, names)).toEqual(expected);
  });
});
