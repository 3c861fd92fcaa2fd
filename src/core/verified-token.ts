/** What a token that was verified says, mapped by the rules of its issuer; one object for as long as it is remembered. */
export interface VerifiedToken {
  readonly issuerId: string;
  readonly issuerName: string;
  /** The `sub` claim; a number stays one, for upstreams that compare it with a numeric id. */
  readonly subject: string | number | undefined;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly tenant: string | undefined;
  /** The client id or alias its issuer maps it to, undefined for a user's token. */
  readonly clientName: string | undefined;
  readonly jti: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The claims the issuer lists for the upstream, as base64url of their JSON; undefined when it lists none. */
  readonly forwardedClaims: string | undefined;
}
