import { Injectable } from '@nestjs/common';
import type { PolicyIssuer } from '../core/policy-issuer';
import { type AskIntrospection, IntrospectionVerifier } from './introspection-verifier';
import { IssuerHttp } from './issuer-http';
import type { IssuerVerifier } from './issuer-verifier';
import { JwtVerifier } from './jwt-verifier';
import { KeySources } from './key-sources';
import { TokenCounts } from './token-counts';

/** Gives each state of an issuer its verifier. */
@Injectable()
export class IssuerVerifiers {
  private readonly made = new WeakMap<PolicyIssuer, IssuerVerifier>();

  constructor(
    private readonly keys: KeySources,
    private readonly http: IssuerHttp,
    private readonly counts: TokenCounts,
  ) {}

  of(issuer: PolicyIssuer): IssuerVerifier {
    let verifier = this.made.get(issuer);
    if (!verifier) {
      verifier = this.make(issuer);
      this.made.set(issuer, verifier);
    }
    return verifier;
  }

  /** Forgets what belongs to issuers that are no more. */
  keepOnly(issuers: Iterable<PolicyIssuer>): void {
    this.keys.keepOnly(issuers);
  }

  private make(issuer: PolicyIssuer): IssuerVerifier {
    if (issuer.introspection) return new IntrospectionVerifier(issuer, issuer.introspection, this.ask, Date.now);
    const keys = this.keys.of(issuer);
    return keys ? new JwtVerifier(issuer, keys) : { verify: () => ({ rejected: 'issuer_without_keys' }) };
  }

  private readonly ask: AskIntrospection = ({ url, clientId: id, clientSecret: secret }, token) => {
    const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
    return this.counts.ofFetch('introspection', this.http.postForm(url, form, { id, secret }));
  };
}
