import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { IssuerEntity } from './issuer.entity';

export type IssuerView = ReturnType<typeof toIssuerView>;

/** An issuer as the admin API shows it: everything but its secrets. */
export function toIssuerView(row: IssuerEntity) {
  return {
    issuer_id: row.issuerId,
    name: row.name,
    type: row.type,
    issuer: row.issuer,
    jwks_url: row.jwksUrl,
    public_key: row.publicKey,
    introspection: row.introspection,
    audiences: row.audiences,
    algorithms: row.algorithms,
    clock_skew_seconds: row.clockSkewSeconds,
    claims: row.claims,
    enabled: row.enabled,
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
    revision: row.revision,
  };
}
