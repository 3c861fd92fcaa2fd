import { HmacKey } from '../core/credentials/hmac-key';
import type { PolicyProtectKey } from '../core/policy-protect-key';
import type { SecretCipher } from '../secrets/secret-cipher';
import type { ProtectKeyRow } from './policy-rows';

/** A row of protect keys as decisions read it, opened. */
export function compileProtectKey(row: ProtectKeyRow, cipher: SecretCipher): PolicyProtectKey {
  const { protectKeyId, app, secret, expiresAt } = row;
  return {
    protectKeyId,
    app,
    key: new HmacKey(cipher.decrypt(secret, `protect_key:${protectKeyId}`)),
    validUntilMs: expiresAt ?? Number.POSITIVE_INFINITY,
  };
}
