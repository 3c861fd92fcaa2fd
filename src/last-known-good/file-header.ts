import { createHmac, randomBytes } from 'node:crypto';
import { MIGRATIONS } from '../database/data-source';
import { printDigestKeys } from '../secrets/digest-keys';
import { DIGEST_KEYS_CONTEXT, type KeyBinding } from '../secrets/load-secret-keys';
import { SecretCipher } from '../secrets/secret-cipher';
import type { SecretKeys } from '../secrets/secret-keys';
import { databaseName } from './file-place';
import { LastKnownGoodError } from './last-known-good-error';

const FORMAT = 'gatewarden last-known-good policy';
/** Rises with any change of how frames or rows are written; a change of the tables is told by `schema`. */
const VERSION = 1;
const LONGEST_HEADER_BYTES = 1024;
const SALT_BYTES = 32;

/** The first line of a file, in the open: what it is, and whose. Every frame is bound to it. */
export interface FileHeader {
  readonly format: string;
  readonly version: number;
  /** The last migration the rows were written under. */
  readonly schema: string;
  /** The id of the master key. */
  readonly key_id: string;
  /** The keys credentials are found by, sealed with the master key: they outlive the first one. */
  readonly digest_keys: string;
  /** Names the database to who has the master key, and tells nobody else. */
  readonly database: string;
  /** Makes the key of this file one of its own (base64url). */
  readonly salt: string;
}

/** What a process that may read a file would write into it. */
type ExpectedHeader = Omit<FileHeader, 'digest_keys' | 'salt'>;

/** Whose files a process reads and writes. */
export interface FileOwner {
  readonly keys: SecretKeys;
  readonly databaseUrl: string;
}

export function newHeader(owner: FileOwner): FileHeader {
  const { keys } = owner;
  const digestKeys = new SecretCipher(keys).encrypt(printDigestKeys(keys), DIGEST_KEYS_CONTEXT);
  return { ...expectedHeader(owner), digest_keys: digestKeys, salt: randomBytes(SALT_BYTES).toString('base64url') };
}

export function writeHeader(header: FileHeader): Buffer {
  return Buffer.from(`${JSON.stringify(header)}\n`);
}

/**
 * The header at the start of a file's first bytes, and its length in bytes.
 * @throws LastKnownGoodError for a file that is none, or of another version, key or database
 */
export function readHeader(path: string, start: Buffer, owner: FileOwner): { header: FileHeader; line: Buffer } {
  const length = start.subarray(0, LONGEST_HEADER_BYTES).indexOf('\n') + 1;
  const line = start.subarray(0, length);
  const header = parse(line);
  if (header?.format !== FORMAT || typeof header.salt !== 'string') {
    throw new LastKnownGoodError(`${path} is no last-known-good file, or was altered: delete it or set SNAPSHOT_FILE.`);
  }
  const fault = findFault(header, expectedHeader(owner));
  if (fault) throw new LastKnownGoodError(`${path} cannot be used: ${fault}`);
  return { header, line };
}

/** What a file says of the master key it was written with; proven only when the file is verified. */
export function readBinding(start: Buffer): KeyBinding | undefined {
  const header = parse(start.subarray(0, start.subarray(0, LONGEST_HEADER_BYTES).indexOf('\n') + 1));
  if (typeof header?.key_id !== 'string' || typeof header.digest_keys !== 'string') return undefined;
  return { keyId: header.key_id, digestKeys: header.digest_keys };
}

function findFault(header: FileHeader, expected: ExpectedHeader): string | undefined {
  if (header.version !== expected.version || header.schema !== expected.schema) {
    return (
      `another version of the gateway wrote it (format ${header.version}, ${header.schema}; this one reads format ` +
      `${expected.version}, ${expected.schema}). Start that version, or start this one once with its database.`
    );
  }
  if (header.key_id !== expected.key_id) {
    return (
      `it was written with another master key (key id ${header.key_id}, this process has ${expected.key_id}). ` +
      'Set GATEWARDEN_MASTER_KEY to that key, or start once with the database.'
    );
  }
  if (header.database !== expected.database) {
    return 'it was written for another database than DATABASE_URL names. Set SNAPSHOT_FILE to a file of this one, or start once with the database.';
  }
  return undefined;
}

function expectedHeader({ keys, databaseUrl }: FileOwner): ExpectedHeader {
  return {
    format: FORMAT,
    version: VERSION,
    schema: MIGRATIONS.at(-1)?.name ?? '',
    key_id: keys.keyId,
    database: createHmac('sha256', keys.lastKnownGoodKey).update(databaseName(databaseUrl)).digest('base64url'),
  };
}

function parse(line: Buffer): FileHeader | undefined {
  try {
    const header: FileHeader | null = JSON.parse(line.toString('utf8'));
    return header ?? undefined;
  } catch {
    return undefined;
  }
}
