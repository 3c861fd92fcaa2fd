import { readPublicKey, readSecret } from '../core/credentials/jwt/static-keys';
import type { ClaimMapping, IntrospectionEndpoint, IssuerType, PolicyIssuer } from '../core/policy-issuer';
import type { PolicySigningKey } from '../core/policy-signing-key';
import type { SecretCipher } from '../secrets/secret-cipher';
import type { IssuerRow } from './policy-rows';

/**
 * An issuer row as decisions read it, its secrets opened; the gateway's own has the public halves of these keys.
 * @throws Error for a row whose secrets or keys cannot be used
 */
export function compileIssuer(
  row: IssuerRow,
  cipher: SecretCipher,
  ownKeys: readonly PolicySigningKey[] = [],
): PolicyIssuer {
  const secret = row.secret === null ? undefined : cipher.decrypt(row.secret, `issuer:${row.issuerId}:secret`);
  const publicKey = row.type === 'own' && secret === undefined ? toKeySetText(ownKeys) : (row.publicKey ?? undefined);
  assertReadable(secret === undefined ? undefined : readSecret(secret));
  assertReadable(publicKey === undefined ? undefined : readPublicKey(publicKey));
  return {
    issuerId: row.issuerId,
    name: row.name,
    type: row.type as IssuerType,
    issuer: row.issuer ?? undefined,
    jwksUrl: row.jwksUrl ?? undefined,
    secret,
    publicKey,
    introspection: compileIntrospection(row, cipher),
    audiences: row.audiences,
    algorithms: row.algorithms,
    clockSkewSeconds: row.clockSkewSeconds,
    claims: compileClaims(row),
    enabled: row.enabled,
    revision: row.revision,
  };
}

function toKeySetText(keys: readonly PolicySigningKey[]): string {
  return JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) });
}

function compileIntrospection(row: IssuerRow, cipher: SecretCipher): IntrospectionEndpoint | undefined {
  const { introspection, introspectionSecret } = row;
  if (introspection === null) return undefined;
  if (introspectionSecret === null) throw new Error('it has no client secret');
  return {
    url: introspection.url,
    clientId: introspection.client_id,
    clientSecret: cipher.decrypt(introspectionSecret, `issuer:${row.issuerId}:introspection`),
    cacheSeconds: introspection.cache_seconds,
  };
}

function compileClaims({ claims }: IssuerRow): ClaimMapping {
  return {
    roles: claims.roles ?? undefined,
    scopes: claims.scopes ?? undefined,
    tenant: claims.tenant ?? undefined,
    client: claims.client ?? undefined,
    forward: claims.forward,
  };
}

function assertReadable(keys: object | string | undefined): void {
  if (typeof keys === 'string') throw new Error(keys);
}
