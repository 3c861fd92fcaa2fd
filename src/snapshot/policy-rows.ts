import type { ClientEntity } from '../clients/client.entity';
import type { CredentialEntity } from '../clients/credential.entity';
import type { MethodMask } from '../core/method';
import type { BuriedKind } from '../database/tombstone.entity';
import type { IssuerEntity } from '../issuers/issuer.entity';
import type { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import type { RevokedTokenEntity } from '../revoked-tokens/revoked-token.entity';
import type { RouteEntity } from '../routes/route.entity';
import type { ServiceEntity } from '../services/service.entity';
import type { SigningKeyEntity } from '../signing-keys/signing-key.entity';

/** A row as JSON can hold it: moments are milliseconds since the epoch. */
export type Plain<T> = {
  readonly [K in keyof T]: Date extends T[K] ? Exclude<T[K], Date> | number : T[K];
};

/** What no decision reads, and snapshots therefore leave in the database. */
export const UNREAD = ['createdAt', 'updatedAt', 'lastUsedAt', 'masked', 'matchKey', 'aliasKey'] as const;

/** A stored row without what no decision reads. */
export type Row<T> = Plain<Omit<T, (typeof UNREAD)[number]>>;

export type ServiceRow = Row<ServiceEntity>;
export type RouteRow = Row<RouteEntity>;
export type IssuerRow = Row<IssuerEntity>;
export type ProtectKeyRow = Row<ProtectKeyEntity>;
export type RevokedTokenRow = Row<RevokedTokenEntity>;
export type SigningKeyRow = Row<SigningKeyEntity>;
export type CredentialRow = Row<Omit<CredentialEntity, 'clientId' | 'name' | 'sealedSha256'>>;

/** A client with everything that is loaded along with it. */
export interface ClientRow extends Row<Pick<ClientEntity, 'clientId' | 'clientName' | 'alias' | 'status' | 'tenant'>> {
  readonly credentials: readonly CredentialRow[];
  /** Its permissions, in the order of `masks`. */
  readonly routeIds: readonly string[];
  readonly masks: readonly MethodMask[];
  /** Null is unlimited. */
  readonly requestsPerDay: number | null;
}

/** Ids of deleted objects. */
export type Removed = Partial<Record<BuriedKind, readonly string[]>>;

/** Policy as it is stored, secrets still sealed: what changed or was removed, or one slice of it. */
export interface PolicyRows {
  readonly removed?: Removed;
  readonly signingKeys?: readonly SigningKeyRow[];
  readonly services?: readonly ServiceRow[];
  readonly routes?: readonly RouteRow[];
  readonly protectKeys?: readonly ProtectKeyRow[];
  readonly revokedTokens?: readonly RevokedTokenRow[];
  readonly issuers?: readonly IssuerRow[];
  readonly clients?: readonly ClientRow[];
}

/** What leads from one revision to another, in small slices that are applied in their order. */
export interface PolicySlices {
  /** The revision they start from; 0 when they are all there is, and nothing that was before counts. */
  readonly since: number;
  /** The revision they lead to. */
  readonly revision: number;
  /** Read once, to the end. Signing keys come before issuers, which are compiled with them. */
  readonly slices: AsyncIterable<PolicyRows>;
}
