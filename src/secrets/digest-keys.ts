import { deriveKey } from './derive-key';

const KEY_BYTES = 32;
const LENGTH = 4 * KEY_BYTES;

/** The keys of the digests that are stored; they outlive the master key they were first derived from. */
export interface DigestKeys {
  /** Keys the digests API keys are found by. */
  readonly apiKeyPepper: Buffer;
  /** Keys the digests admin tokens are found by. */
  readonly adminTokenPepper: Buffer;
  /** Keys the digests the sessions of admins are found by. */
  readonly adminSessionPepper: Buffer;
  /** Keys the digests of refresh tokens and of tokens sent by mail are found by. */
  readonly personTokenPepper: Buffer;
}

/** The digest keys of a database that never had another master key. */
export function deriveDigestKeys(masterKey: Buffer): DigestKeys {
  return {
    apiKeyPepper: deriveKey(masterKey, 'api key digest'),
    adminTokenPepper: deriveKey(masterKey, 'admin token digest'),
    adminSessionPepper: deriveKey(masterKey, 'admin session digest'),
    personTokenPepper: deriveKey(masterKey, 'person token digest'),
  };
}

/** The digest keys as the text that is sealed from the first re-key on. */
export function printDigestKeys(keys: DigestKeys): string {
  const { apiKeyPepper, adminTokenPepper, adminSessionPepper, personTokenPepper } = keys;
  return Buffer.concat([apiKeyPepper, adminTokenPepper, adminSessionPepper, personTokenPepper]).toString('base64url');
}

/** Reads what `printDigestKeys` wrote; throws a RangeError on anything else. */
export function parseDigestKeys(text: string): DigestKeys {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== LENGTH) throw new RangeError(`Digest keys must be exactly ${LENGTH} bytes.`);
  const keyAt = (index: number): Buffer => bytes.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES);
  return {
    apiKeyPepper: keyAt(0),
    adminTokenPepper: keyAt(1),
    adminSessionPepper: keyAt(2),
    personTokenPepper: keyAt(3),
  };
}
