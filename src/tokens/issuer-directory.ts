import type { PolicyIssuer } from '../core/policy-issuer';
import type { PresentedToken } from './presented-token';

/**
 * The enabled issuers of a policy by the tokens they claim. A JWT belongs to the issuers its `iss` names, to nobody where
 * those are disabled; with an `iss` nobody has, or none, to the static ones that take any, and then to those that are
 * asked about tokens. Opaque tokens belong to the latter alone.
 */
export class IssuerDirectory {
  private readonly byIss = new Map<string, PolicyIssuer[]>();
  private readonly takingAnyIss: PolicyIssuer[] = [];
  private readonly asked: PolicyIssuer[] = [];

  constructor(issuers: Iterable<PolicyIssuer>) {
    // By name: which of several issuers verifies a token must not depend on what was loaded first.
    const sorted = [...issuers].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { issuer } of sorted) if (issuer !== undefined) this.byIss.set(issuer, []);
    for (const issuer of sorted.filter(({ enabled }) => enabled)) {
      if (issuer.type === 'introspection') this.asked.push(issuer);
      if (issuer.issuer !== undefined) this.byIss.get(issuer.issuer)?.push(issuer);
      else if (issuer.type === 'static') this.takingAnyIss.push(issuer);
    }
  }

  /** The issuers to verify a token, of those with these names; undefined = of all. */
  findClaimants({ jwt }: PresentedToken, names: ReadonlySet<string> | undefined): readonly PolicyIssuer[] {
    const named = (issuers: readonly PolicyIssuer[]) =>
      names === undefined ? issuers : issuers.filter((issuer) => names.has(issuer.name));
    if (!jwt) return named(this.asked);
    const { iss } = jwt.claims;
    // Not those the demand does not name either: an issuer that takes any `iss` may have the same secret as this one.
    const exact = typeof iss === 'string' ? this.byIss.get(iss) : undefined;
    if (exact) return named(exact);
    const lenient = named(this.takingAnyIss);
    return lenient.length > 0 ? lenient : named(this.asked).filter((issuer) => issuer.issuer === undefined);
  }
}
