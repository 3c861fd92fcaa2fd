import { createHash, hkdfSync } from 'node:crypto';

const KEY_BYTES = 32;

/** The keys of the gateway, each derived from the master key by HKDF-SHA-256 (RFC 5869) under a purpose of its own. */
export class SecretKeys {
  /** Keys the digests API keys are found by. */
  readonly apiKeyPepper: Buffer;
  /** Keys the digests admin tokens are found by. */
  readonly adminTokenPepper: Buffer;
  /** Keys the digests the sessions of admins are found by. */
  readonly adminSessionPepper: Buffer;
  /** Keys the digests of refresh tokens and of tokens sent by mail are found by. */
  readonly personTokenPepper: Buffer;
  /** AES-256 key of the secrets in the database. */
  readonly encryptionKey: Buffer;
  /** Keys the file that policy is kept in for the time the database is away. */
  readonly lastKnownGoodKey: Buffer;
  /** Names the encryption key in sealed text (8 hexadecimal digits); tells nothing about it. */
  readonly keyId: string;

  /** Takes the master key, exactly 32 bytes; throws a RangeError on any other length. */
  constructor(masterKey: Buffer) {
    if (masterKey.length !== KEY_BYTES) throw new RangeError('The master key must be exactly 32 bytes.');
    this.apiKeyPepper = derive(masterKey, 'api key digest');
    this.adminTokenPepper = derive(masterKey, 'admin token digest');
    this.adminSessionPepper = derive(masterKey, 'admin session digest');
    this.personTokenPepper = derive(masterKey, 'person token digest');
    this.encryptionKey = derive(masterKey, 'secret encryption');
    this.lastKnownGoodKey = derive(masterKey, 'last-known-good file');
    this.keyId = createHash('sha256').update(derive(masterKey, 'key id')).digest('hex').slice(0, 8);
  }
}

function derive(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `gatewarden/1 ${purpose}`, KEY_BYTES));
}
