import { readFileSync } from 'node:fs';
import { TokenBench } from '../support/token-verifier';
import { anIssuer } from '../support/tokens';
import { findVectors } from '../support/vectors';

const FILE = findVectors('jwt.json');

interface Vector {
  readonly secret: string;
  readonly claims: { readonly sub: number };
  readonly token: string;
}

if (FILE !== undefined) {
  const { vectors } = JSON.parse(readFileSync(FILE, 'utf8')) as { vectors: Vector[] };

  it.each(vectors)('a token of the predecessor is good for who has its secret: $token', ({ secret, claims, token }) => {
    const old = anIssuer({ issuer: undefined, audiences: [], secret });
    expect(new TokenBench(old).verify(token)).toMatchObject({ subject: claims.sub, claims });
    const other = { ...old, secret: `${secret}!` };
    expect(new TokenBench(other).verify(token)).toEqual({ rejected: 'token_signature_invalid' });
  });
} else {
  it.skip('is not run: the vectors are not beside the repository', () => {});
}
