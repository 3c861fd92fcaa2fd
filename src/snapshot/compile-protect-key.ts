import { createSecretKey } from 'node:crypto';
import type { PolicyProtectKey } from '../core/policy-protect-key';
import type { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import type { SecretCipher } from '../secrets/secret-cipher';

/** A row of protect keys as decisions read it, opened. */
export function compileProtectKey(row: ProtectKeyEntity, cipher: SecretCipher): PolicyProtectKey {
  const { protectKeyId, app, secret, expiresAt } = row;
  return {
    protectKeyId,
    app,
    key: createSecretKey(cipher.decrypt(secret, `protect_key:${protectKeyId}`), 'utf8'),
    validUntilMs: expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
  };
}
