import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { SigningKeyEntity } from './signing-key.entity';

export type SigningKeyView = ReturnType<typeof toSigningKeyView>;

/** A signing key as the admin API shows it: never its private part; the public one stands in the key set. */
export function toSigningKeyView(row: SigningKeyEntity) {
  return {
    kid: row.kid,
    algorithm: row.algorithm,
    activates_at: toUnixSeconds(row.activatesAt),
    retires_at: toUnixSeconds(row.retiresAt),
    created_at: toUnixSeconds(row.createdAt),
    revision: row.revision,
  };
}
