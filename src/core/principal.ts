import type { PolicyClient } from './policy-client';

export type CredentialKind = 'api_key' | 'hmac' | 'jwt' | 'mtls';

/** Who a request acts for: nobody until a credential was verified. */
export type Principal = typeof NOBODY | ClientPrincipal;

/** A client of the database, proven by one of its credentials. */
export interface ClientPrincipal {
  readonly kind: 'client';
  readonly client: PolicyClient;
  readonly method: CredentialKind;
  readonly credentialId: string;
}

export const NOBODY = { kind: 'nobody' } as const;
