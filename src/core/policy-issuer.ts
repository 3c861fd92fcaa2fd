/** Where the keys that verify an issuer's tokens come from. */
export type IssuerType = 'own' | 'static' | 'jwks' | 'oidc' | 'introspection';

/** Which claims mean what; a path such as `realm_access.roles` leads into objects. */
export interface ClaimMapping {
  readonly roles: string | undefined;
  readonly scopes: string | undefined;
  readonly tenant: string | undefined;
  /** A claim naming a client id or alias: it turns the token into a credential of that client. */
  readonly client: string | undefined;
  /** Claims told to the upstream. */
  readonly forward: readonly string[];
}

export interface IntrospectionEndpoint {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly cacheSeconds: number;
}

/** An issuer of tokens as decisions see it: immutable; a changed issuer is a new object. */
export interface PolicyIssuer {
  readonly issuerId: string;
  readonly name: string;
  readonly type: IssuerType;
  /** The `iss` its tokens must carry, undefined where any will do (static secrets of old systems). */
  readonly issuer: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly secret: string | undefined;
  /** PEM or JWK. */
  readonly publicKey: string | undefined;
  readonly introspection: IntrospectionEndpoint | undefined;
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
  readonly claims: ClaimMapping;
  readonly enabled: boolean;
  /** Tells one state of the issuer's policy from another: what was verified under one does not count under the next. */
  readonly revision: number;
}
