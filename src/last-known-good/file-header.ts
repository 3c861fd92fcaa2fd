import { createHmac, randomBytes } from 'node:crypto';
import { MIGRATIONS } from '../database/data-source';
import { keyBindingOf } from '../secrets/load-secret-keys';
import type { SecretKeys } from '../secrets/secret-keys';
import { databaseName } from './file-place';
import { LastKnownGoodError } from './last-known-good-error';

const FORMAT = 'gatewarden last-known-good policy';
/** Rises with any change of how frames or rows are written; a change of the tables is told by `schema`. */
const VERSION = 1;
/** A reader needs no more of a file than that to find its header. */
export const LONGEST_HEADER_BYTES = 1024;
const SALT_BYTES = 32;
const SCHEMA = MIGRATIONS.at(-1)?.name ?? '';

/** The first line of a file, in the open: what it is, and whose. Every frame is bound to it. */
export interface FileHeader {
  readonly format: string;
  readonly version: number;
  /** The last migration the rows were written under. */
  readonly schema: string;
  /** The id of the master key. */
  readonly key_id: string;
  /** The keys of the digests the rows hold, sealed as the database has them. */
  readonly digest_keys: string;
  /** Names the database to who has the master key, and tells nobody else. */
  readonly database: string;
  /** Makes the key of this file one of its own (base64url). */
  readonly salt: string;
}

/** Whose files a process reads and writes. */
export interface FileOwner {
  readonly keys: SecretKeys;
  readonly databaseUrl: string;
}

export function newHeader({ keys, databaseUrl }: FileOwner): FileHeader {
  const { keyId, digestKeys } = keyBindingOf(keys);
  return {
    format: FORMAT,
    version: VERSION,
    schema: SCHEMA,
    key_id: keyId,
    digest_keys: digestKeys,
    database: markOf(databaseUrl, fileKeyOf(keys, keyId)),
    salt: randomBytes(SALT_BYTES).toString('base64url'),
  };
}

/** The key all keys of a file are derived from. */
export function fileKeyOf(keys: SecretKeys, keyId: string): Buffer {
  const key = keys.lastKnownGoodKeyOf(keyId);
  if (!key) throw new LastKnownGoodError(`This process does not have the master key ${keyId}.`);
  return key;
}

export function writeHeader(header: FileHeader): Buffer {
  return Buffer.from(`${JSON.stringify(header)}\n`);
}

/**
 * The header at the start of a file's first bytes, and its line; nothing of it is verified yet.
 * @throws LastKnownGoodError for a file that is none
 */
export function readHeader(path: string, start: Buffer): { header: FileHeader; line: Buffer } {
  const length = start.subarray(0, LONGEST_HEADER_BYTES).indexOf('\n') + 1;
  const line = start.subarray(0, length);
  const header = parse(line);
  const texts = [header?.salt, header?.key_id, header?.digest_keys];
  if (header?.format !== FORMAT || texts.some((text) => typeof text !== 'string')) {
    throw new LastKnownGoodError(`${path} is no last-known-good file, or was altered: delete it or set SNAPSHOT_FILE.`);
  }
  return { header, line };
}

/** @throws LastKnownGoodError for the file of another version, key or database */
export function assertOwned(path: string, header: FileHeader, owner: FileOwner): void {
  const fault = findFault(header, owner);
  if (fault) throw new LastKnownGoodError(`${path} cannot be used: ${fault}`);
}

function findFault(header: FileHeader, { keys, databaseUrl }: FileOwner): string | undefined {
  if (header.version !== VERSION || header.schema !== SCHEMA) {
    return (
      `another version of the gateway wrote it (format ${header.version}, ${header.schema}; this one reads format ` +
      `${VERSION}, ${SCHEMA}). Start that version, or start this one once with its database.`
    );
  }
  const key = keys.lastKnownGoodKeyOf(header.key_id);
  if (!key) {
    return (
      `it was written with another master key (key id ${header.key_id}, this process has ${keys.keyId}). ` +
      'Set GATEWARDEN_MASTER_KEY to that key, or start once with the database.'
    );
  }
  if (header.database !== markOf(databaseUrl, key)) {
    return 'it was written for another database than DATABASE_URL names. Set SNAPSHOT_FILE to a file of this one, or start once with the database.';
  }
  return undefined;
}

function markOf(databaseUrl: string, key: Buffer): string {
  return createHmac('sha256', key).update(databaseName(databaseUrl)).digest('base64url');
}

function parse(line: Buffer): FileHeader | undefined {
  try {
    const header: FileHeader | null = JSON.parse(line.toString('utf8'));
    return header ?? undefined;
  } catch {
    return undefined;
  }
}
