import { createHash } from 'node:crypto';
import { deriveKey } from './derive-key';
import { type DigestKeys, deriveDigestKeys } from './digest-keys';

const KEY_BYTES = 32;

/** What a process has beside its master key while the master key is being changed. */
export interface OtherKeys {
  /** Further master keys that stored secrets may be sealed with. */
  readonly others?: readonly Buffer[];
  /** The digest keys of the database, where they are not those of its master key. */
  readonly digestKeys?: DigestKeys;
}

/** What one master key is good for, besides digests. */
interface DerivedKeys {
  readonly encryption: Buffer;
  readonly lastKnownGood: Buffer;
}

/** The keys of the gateway, each derived from a master key by HKDF-SHA-256 (RFC 5869) under a purpose of its own. */
export class SecretKeys implements DigestKeys {
  readonly apiKeyPepper: Buffer;
  readonly adminTokenPepper: Buffer;
  readonly adminSessionPepper: Buffer;
  readonly personTokenPepper: Buffer;
  readonly #keys: ReadonlyMap<string, DerivedKeys>;
  #keyId: string;

  /** Takes the master key secrets are sealed with, exactly 32 bytes; throws a RangeError on any other length. */
  constructor(masterKey: Buffer, { others = [], digestKeys = deriveDigestKeys(masterKey) }: OtherKeys = {}) {
    const masterKeys = [masterKey, ...others];
    this.#keys = new Map(masterKeys.map((key) => [keyIdOf(key), deriveKeys(key)]));
    this.#keyId = keyIdOf(masterKey);
    this.apiKeyPepper = digestKeys.apiKeyPepper;
    this.adminTokenPepper = digestKeys.adminTokenPepper;
    this.adminSessionPepper = digestKeys.adminSessionPepper;
    this.personTokenPepper = digestKeys.personTokenPepper;
  }

  /** Names the key secrets are sealed with (8 hexadecimal digits) in sealed text; tells nothing about it. */
  get keyId(): string {
    return this.#keyId;
  }

  /** The AES-256 key secrets are sealed with. */
  get encryptionKey(): Buffer {
    return this.encryptionKeyOf(this.#keyId) as Buffer;
  }

  /** The AES-256 key of this id, undefined when this process does not have it. */
  encryptionKeyOf(keyId: string): Buffer | undefined {
    return this.#keys.get(keyId)?.encryption;
  }

  /** Keys the file that policy is kept in for the time the database is away; undefined like `encryptionKeyOf`. */
  lastKnownGoodKeyOf(keyId: string): Buffer | undefined {
    return this.#keys.get(keyId)?.lastKnownGood;
  }

  /** Whether this process has more than one master key: the key is being changed. */
  get isChanging(): boolean {
    return this.#keys.size > 1;
  }

  /** Whether the same credentials have the same digests under these keys. */
  hasDigestKeysOf(other: DigestKeys): boolean {
    return (
      this.apiKeyPepper.equals(other.apiKeyPepper) &&
      this.adminTokenPepper.equals(other.adminTokenPepper) &&
      this.adminSessionPepper.equals(other.adminSessionPepper) &&
      this.personTokenPepper.equals(other.personTokenPepper)
    );
  }

  /** Seals with another of its keys from now on; false when it does not have that one. */
  sealWith(keyId: string): boolean {
    if (!this.#keys.has(keyId)) return false;
    this.#keyId = keyId;
    return true;
  }
}

function deriveKeys(masterKey: Buffer): DerivedKeys {
  return {
    encryption: deriveKey(masterKey, 'secret encryption'),
    lastKnownGood: deriveKey(masterKey, 'last-known-good file'),
  };
}

/** The id of a master key, as sealed text and the database name it. */
export function keyIdOf(masterKey: Buffer): string {
  if (masterKey.length !== KEY_BYTES) throw new RangeError('The master key must be exactly 32 bytes.');
  return createHash('sha256').update(deriveKey(masterKey, 'key id')).digest('hex').slice(0, 8);
}
