import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PolicyRows, PolicySlices } from '../snapshot/policy-rows';
import { type FileOwner, newHeader, writeHeader } from './file-header';
import { FrameChain } from './frame-chain';
import type { KeptEnd } from './kept-policy';

/** Rows are sealed together up to about this many bytes. */
const FRAME_BYTES = 131_072;

/** A last-known-good file that is being written: differences are added at its end. Only one process may have it. */
export class PolicyFile {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly chain: FrameChain,
    private end: KeptEnd,
    private readonly completeBytes: number,
  ) {}

  /** Writes a complete policy beside the file and puts it in its place. */
  static async replace(path: string, owner: FileOwner, slices: PolicySlices): Promise<PolicyFile> {
    const draft = `${path}.draft`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rm(draft, { force: true });
    const file = await open(draft, 'wx+', 0o600);
    try {
      const header = newHeader(owner);
      const line = writeHeader(header);
      await writeAll(file, line, 0);
      const chain = new FrameChain(owner.keys.lastKnownGoodKey, line, header.salt);
      const start = { revision: 0, position: line.length, link: chain.link };
      const end = await writeSlices(file, chain, start, slices);
      await file.sync();
      await rename(draft, path);
      await syncDirectory(dirname(path));
      return new PolicyFile(path, file, chain, end, end.position);
    } catch (error) {
      await file.close();
      await rm(draft, { force: true });
      throw error;
    }
  }

  get revision(): number {
    return this.end.revision;
  }

  /** Whether the differences outweigh the complete policy before them: then writing that anew is cheaper to read. */
  get isOverlong(): boolean {
    return this.end.position > 2 * this.completeBytes + 8 * FRAME_BYTES;
  }

  /** Adds a difference from this revision on; after a fault it may be tried again. */
  async append(slices: PolicySlices): Promise<void> {
    await this.file.truncate(this.end.position);
    this.chain.goTo(this.end.link);
    this.end = await writeSlices(this.file, this.chain, this.end, slices);
    await this.file.datasync();
  }

  /** Whether this is still the file at its path: an operator may have moved it away. */
  async isInPlace(): Promise<boolean> {
    const there = await stat(this.path).catch(undefinedWhenMissing);
    return there?.ino === (await this.file.stat()).ino;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

async function writeSlices(
  file: FileHandle,
  chain: FrameChain,
  { position: from }: KeptEnd,
  { revision, slices }: PolicySlices,
): Promise<KeptEnd> {
  let position = from;
  const write = async (text: string) => {
    const frame = chain.seal(Buffer.from(text));
    await writeAll(file, frame, position);
    position += frame.length;
  };
  for await (const text of frameTexts(slices)) await write(text);
  await write(JSON.stringify({ revision }));
  return { revision, position, link: chain.link };
}

/** A full disk takes a part of a write without a fault. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}

async function* frameTexts(slices: AsyncIterable<PolicyRows>): AsyncGenerator<string> {
  let texts: string[] = [];
  let length = 0;
  for await (const rows of slices) {
    const text = JSON.stringify(rows);
    texts.push(text);
    length += text.length;
    if (length < FRAME_BYTES) continue;
    yield `[${texts.join()}]`;
    texts = [];
    length = 0;
  }
  if (texts.length > 0) yield `[${texts.join()}]`;
}

/** Without it, a power cut may take the new name back. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
