import { Logger } from '@nestjs/common';
import type { JsonObject } from '../../src/core/credentials/jwt/strict-json';
import type { PolicyIssuer } from '../../src/core/policy-issuer';
import type { PolicyChanges } from '../../src/core/policy-snapshot';
import { CachingTokenVerifier } from '../../src/tokens/caching-token-verifier';
import type { IssuerHttp } from '../../src/tokens/issuer-http';
import { IssuerVerifiers } from '../../src/tokens/issuer-verifiers';
import { KeySources } from '../../src/tokens/key-sources';
import { TokenCounts } from '../../src/tokens/token-counts';
import { aSnapshot, changes, NOW_MS } from './policy';
import { anIssuer, KEYS, publicJwk, SECRET } from './tokens';

export const JWKS_URL = 'https://idp.example/jwks';

/** An issuer that publishes the keys `rsa`, `ec` and `ed`, and some that must not be used. */
export const PUBLISHED = anIssuer({
  type: 'jwks',
  secret: undefined,
  jwksUrl: JWKS_URL,
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
});

const KEY_SET = {
  keys: [
    publicJwk(KEYS.rsa, { kid: 'rsa' }),
    publicJwk(KEYS.p256, { kid: 'ec' }),
    publicJwk(KEYS.ed25519, { kid: 'ed' }),
    publicJwk(KEYS.weakRsa, { kid: 'weak' }),
    publicJwk(KEYS.otherRsa, { kid: 'enc', use: 'enc' }),
    { kty: 'oct', kid: 'secret', k: Buffer.from(SECRET).toString('base64url') },
  ],
};

/** The verifier of tokens under a policy, without a wire: documents by address, answers by the token asked about. */
export class TokenBench {
  readonly documents = new Map<string, JsonObject>([[JWKS_URL, KEY_SET]]);
  readonly answers = new Map<string, JsonObject>();
  /** What was asked for: addresses and tokens. */
  readonly calls: string[] = [];
  readonly counts = new TokenCounts();
  readonly verifier: CachingTokenVerifier;
  private snapshot;

  constructor(...issuers: PolicyIssuer[]) {
    Logger.overrideLogger(false);
    this.snapshot = aSnapshot({ issuers });
    const http: Pick<IssuerHttp, 'getJson' | 'postForm'> = {
      getJson: (url) => this.answer(url, this.documents.get(url)),
      postForm: (_, form) => {
        const token = form.get('token') ?? '';
        return this.answer(token, this.answers.get(token));
      },
    };
    const keys = new KeySources(http as IssuerHttp, this.counts);
    this.verifier = new CachingTokenVerifier(new IssuerVerifiers(keys, http as IssuerHttp, this.counts), this.counts);
  }

  /** Verifies a token for a demand that takes the issuers of these names, undefined = all. */
  readonly verify = (token: string, names?: string[], nowMs = NOW_MS) =>
    this.verifier.verify({ token, issuers: names && new Set(names), snapshot: this.snapshot, nowMs });

  /** Brings the policy to its next revision. */
  change(some: Partial<PolicyChanges>): void {
    this.snapshot = this.snapshot.with(this.snapshot.revision + 1, changes(some));
  }

  private async answer(call: string, document: JsonObject | undefined): Promise<JsonObject> {
    this.calls.push(call);
    if (!document) throw new Error('connect ECONNREFUSED');
    return document;
  }
}
