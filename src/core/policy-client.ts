import type { HmacKey } from './credentials/hmac-key';
import type { Permissions } from './permission-set';

export type ClientStatus = 'active' | 'suspended' | 'revoked';

/** A client as decisions see it: immutable, with its permissions as one method mask a route. */
export interface PolicyClient {
  readonly clientId: string;
  readonly clientName: string;
  readonly status: ClientStatus;
  readonly tenant: string | undefined;
  /** A second name it may sign under, besides its id. */
  readonly alias: string | undefined;
  readonly apiKeys: readonly PolicyApiKey[];
  readonly hmacSecrets: readonly PolicyHmacSecret[];
  readonly certificates: readonly PolicyCertificate[];
  /** Requests within any 24 hours, undefined = unlimited. */
  readonly requestsPerDay: number | undefined;
  readonly permissions: Permissions;
}

/** What all stored credentials have. */
export interface PolicyCredential {
  readonly credentialId: string;
  /** Milliseconds since the epoch, Infinity when it never ends. */
  readonly validUntilMs: number;
  readonly isRevoked: boolean;
}

export interface PolicyApiKey extends PolicyCredential {
  readonly digest: string;
}

export interface PolicyHmacSecret extends PolicyCredential {
  readonly key: HmacKey;
}

export interface PolicyCertificate extends PolicyCredential {
  /** What a certificate is recognised by: `fingerprint:<hex>`, `san_uri:<uri>` or `subject:<name>`. */
  readonly mark: string;
}
