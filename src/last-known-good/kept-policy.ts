import { type FileHandle, open } from 'node:fs/promises';
import type { PolicyRows, PolicySlices } from '../snapshot/policy-rows';
import { type FileHeader, type FileOwner, readHeader } from './file-header';
import { FrameChain, type Link, PREFIX_BYTES } from './frame-chain';
import { LastKnownGoodError } from './last-known-good-error';

const LONGEST_HEADER_BYTES = 1024;
const BLANK_BYTES = 65_536;
const LIST = '['.charCodeAt(0);

/** The end of a revision in a file: everything before it belongs together. */
export interface KeptEnd {
  readonly revision: number;
  /** Where it ends, in bytes from the start of the file. */
  readonly position: number;
  readonly link: Link;
}

/** What a file holds, every frame of it verified. */
export interface KeptPolicy {
  readonly header: FileHeader;
  readonly line: Buffer;
  readonly end: KeptEnd;
}

/**
 * Verifies all frames of an open file and finds its last complete revision; what comes after that was being written when the power went.
 * @throws LastKnownGoodError for a file that must not be used
 */
export async function verifyKept(path: string, file: FileHandle, owner: FileOwner): Promise<KeptPolicy> {
  const start = Buffer.alloc(LONGEST_HEADER_BYTES);
  const { bytesRead } = await file.read(start, 0, start.length, 0);
  const { header, line } = readHeader(path, start.subarray(0, bytesRead), owner);
  let end: KeptEnd | undefined;
  const chain = new FrameChain(owner.keys.lastKnownGoodKey, line, header.salt);
  for await (const { content, position } of frames(path, file, chain, line.length)) {
    if (content[0] === LIST) continue;
    const { revision }: { revision: number } = JSON.parse(content.toString('utf8'));
    end = { revision, position, link: chain.link };
  }
  if (!end) throw altered(path);
  return { header, line, end };
}

/** Reads a verified file again, and closes it at the end. */
export function keptSlices(path: string, file: FileHandle, kept: KeptPolicy, owner: FileOwner): PolicySlices {
  return { since: 0, revision: kept.end.revision, slices: readSlices(path, file, kept, owner) };
}

async function* readSlices(
  path: string,
  file: FileHandle,
  { header, line, end }: KeptPolicy,
  owner: FileOwner,
): AsyncGenerator<PolicyRows> {
  try {
    const chain = new FrameChain(owner.keys.lastKnownGoodKey, line, header.salt);
    for await (const { content, position } of frames(path, file, chain, line.length)) {
      if (content[0] === LIST) yield* JSON.parse(content.toString('utf8')) as PolicyRows[];
      if (position === end.position) return;
    }
    throw altered(path);
  } finally {
    await file.close();
  }
}

/** The frames from a position on, up to one that was not written to its end. */
async function* frames(
  path: string,
  file: FileHandle,
  chain: FrameChain,
  from: number,
): AsyncGenerator<{ content: Buffer; position: number }> {
  let position = from;
  for (;;) {
    const prefix = await readExactly(file, position, PREFIX_BYTES);
    if (!prefix) return;
    const length = chain.bodyLength(prefix);
    if (length === undefined) {
      if (await isBlank(file, position)) return;
      throw altered(path);
    }
    position += PREFIX_BYTES;
    const body = await readExactly(file, position, length);
    if (!body) return;
    const content = chain.open(body);
    if (!content) throw altered(path);
    position += length;
    yield { content, position };
  }
}

/** Undefined where the file ends before. */
async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  const { size } = await file.stat();
  if (position + length > size) return undefined;
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytesRead === length ? bytes : undefined;
}

/** Whether there is nothing but zeros: a file system may have made a file longer before the power went, and not written to it. */
async function isBlank(file: FileHandle, from: number): Promise<boolean> {
  const bytes = Buffer.alloc(BLANK_BYTES);
  for (let position = from; ; position += BLANK_BYTES) {
    const { bytesRead } = await file.read(bytes, 0, BLANK_BYTES, position);
    if (bytesRead === 0) return true;
    if (bytes.subarray(0, bytesRead).some((byte) => byte !== 0)) return false;
  }
}

function altered(path: string): LastKnownGoodError {
  return new LastKnownGoodError(
    `${path} cannot be used: it was altered or damaged. Restore it from where it was written, or start once with the database.`,
  );
}

/**
 * Opens a file for reading.
 * @returns undefined where there is none
 * @throws LastKnownGoodError when it cannot be read
 */
export async function openKept(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw toKeptFault(path, error);
  }
}

/** A fault of reading as one the operator understands. */
export function toKeptFault(path: string, error: unknown): LastKnownGoodError {
  if (error instanceof LastKnownGoodError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const cure = 'It must be a file that the user of the gateway may read; SNAPSHOT_FILE names it.';
  return new LastKnownGoodError(`${path} cannot be read (${code ?? message}). ${cure}`, { cause: error });
}
