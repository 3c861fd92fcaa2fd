import type { MethodMask } from './method';

export type ClientStatus = 'active' | 'suspended' | 'revoked';

/** A client as decisions see it: immutable, with its permissions as one method mask a route. */
export interface PolicyClient {
  readonly clientId: string;
  readonly clientName: string;
  readonly status: ClientStatus;
  readonly tenant: string | undefined;
  readonly apiKeys: readonly PolicyApiKey[];
  /** By route id. */
  readonly permissions: ReadonlyMap<string, MethodMask>;
}

export interface PolicyApiKey {
  readonly credentialId: string;
  readonly digest: string;
  /** Milliseconds since the epoch, Infinity when it never ends; revoking sets it to the past. */
  readonly validUntilMs: number;
  readonly isRevoked: boolean;
}
