import type { PolicyIssuer } from '../core/policy-issuer';
import type { PresentedToken } from './presented-token';

/**
 * The enabled issuers of a policy by the tokens they claim. A JWT belongs to the issuers its `iss` names; with an `iss`
 * nobody has, or none, to the static ones that take any, and then to those that are asked about tokens. Opaque tokens
 * belong to the latter alone.
 */
export class IssuerDirectory {
  private readonly byIss = new Map<string, PolicyIssuer[]>();
  private readonly takingAnyIss: PolicyIssuer[] = [];
  private readonly asked: PolicyIssuer[] = [];

  constructor(issuers: Iterable<PolicyIssuer>) {
    // By name: which of several issuers verifies a token must not depend on what was loaded first.
    const enabled = [...issuers].filter((issuer) => issuer.enabled).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const issuer of enabled) {
      if (issuer.type === 'introspection') this.asked.push(issuer);
      if (issuer.issuer !== undefined)
        this.byIss.set(issuer.issuer, [...(this.byIss.get(issuer.issuer) ?? []), issuer]);
      else if (issuer.type === 'static') this.takingAnyIss.push(issuer);
    }
  }

  /** The issuers to verify a token, of those with these names; undefined = of all. */
  findClaimants({ jwt }: PresentedToken, names: ReadonlySet<string> | undefined): readonly PolicyIssuer[] {
    const named = (issuers: readonly PolicyIssuer[]) =>
      names === undefined ? issuers : issuers.filter((issuer) => names.has(issuer.name));
    if (!jwt) return named(this.asked);
    const { iss } = jwt.claims;
    const exact = typeof iss === 'string' ? named(this.byIss.get(iss) ?? []) : [];
    if (exact.length > 0) return exact;
    const lenient = named(this.takingAnyIss);
    return lenient.length > 0 ? lenient : named(this.asked).filter((issuer) => issuer.issuer === undefined);
  }
}
