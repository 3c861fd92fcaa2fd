import type { PolicyClient } from './policy-client';
import type { VerifiedToken } from './verified-token';

export type CredentialKind = 'api_key' | 'hmac' | 'jwt' | 'mtls';

/** Who a request acts for: nobody until a credential was verified. */
export type Principal = typeof NOBODY | ClientPrincipal | UserPrincipal | AppPrincipal;

/** A client of the database, proven by one of its credentials or by a token whose issuer maps it to the client. */
export interface ClientPrincipal {
  readonly kind: 'client';
  readonly client: PolicyClient;
  readonly method: CredentialKind;
  /** The stored credential, undefined for a token. */
  readonly credentialId: string | undefined;
  readonly token: VerifiedToken | undefined;
}

/** The subject of a verified token. */
export interface UserPrincipal {
  readonly kind: 'user';
  readonly method: 'jwt';
  readonly token: VerifiedToken;
}

/** An app that holds a protect key; it stands for no person. */
export interface AppPrincipal {
  readonly kind: 'app';
  readonly method: 'protect';
  readonly app: string;
  readonly protectKeyId: string;
}

export const NOBODY = { kind: 'nobody' } as const;
