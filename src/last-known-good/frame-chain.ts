import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { IV_BYTES, seal, tagOf, unseal } from '../secrets/aes-gcm';

const KEY_BYTES = 32;
const LENGTH_BYTES = 4;
const CHECK_BYTES = 12;

/** The bytes before a frame's body: the length of the body, and a check of that length. */
export const PREFIX_BYTES = LENGTH_BYTES + CHECK_BYTES;

/** A place between two frames, from which reading or writing may go on. */
export interface Link {
  readonly sequence: number;
  /** The tag of the frame before; of the first one the digest of the header. */
  readonly before: Buffer;
}

/**
 * The frames of one file, each sealed with AES-256-GCM (NIST SP 800-38D) under a key of the file's own, and bound to its number and to the
 * frame before it: none can be left out, moved, or brought from another file. What comes last can be cut off, which cannot be seen.
 */
export class FrameChain {
  private readonly encryptionKey: Buffer;
  private readonly checkKey: Buffer;
  private sequence = 0;
  private before: Buffer;

  /** For the file that starts with this header line; `salt` makes its keys. */
  constructor(key: Buffer, header: Buffer, salt: string) {
    const keys = Buffer.from(hkdfSync('sha256', key, salt, 'gatewarden/1 last-known-good frames', 2 * KEY_BYTES));
    this.encryptionKey = keys.subarray(0, KEY_BYTES);
    this.checkKey = keys.subarray(KEY_BYTES);
    this.before = hash('sha256', header, 'buffer');
  }

  get link(): Link {
    return { sequence: this.sequence, before: this.before };
  }

  goTo({ sequence, before }: Link): void {
    this.sequence = sequence;
    this.before = before;
  }

  /** The next frame of the file, prefix included. */
  seal(content: Buffer): Buffer {
    const sealed = seal(this.encryptionKey, content, this.place());
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.iv.length + sealed.body.length);
    const frame = Buffer.concat([length, this.checkOf(length), sealed.iv, sealed.body]);
    this.step(tagOf(sealed));
    return frame;
  }

  /** The length of the next frame's body in bytes, undefined when the prefix is not of that frame. */
  bodyLength(prefix: Buffer): number | undefined {
    const length = prefix.subarray(0, LENGTH_BYTES);
    const isGenuine = timingSafeEqual(prefix.subarray(LENGTH_BYTES), this.checkOf(length));
    return isGenuine ? length.readUInt32BE() : undefined;
  }

  /** The content of the next frame, undefined when the body is not of that frame. */
  open(body: Buffer): Buffer | undefined {
    const sealed = { iv: body.subarray(0, IV_BYTES), body: body.subarray(IV_BYTES) };
    const content = unseal(this.encryptionKey, sealed, this.place());
    if (content) this.step(tagOf(sealed));
    return content;
  }

  private step(tag: Buffer): void {
    this.sequence += 1;
    this.before = tag;
  }

  private checkOf(length: Buffer): Buffer {
    return createHmac('sha256', this.checkKey).update(this.place()).update(length).digest().subarray(0, CHECK_BYTES);
  }

  private place(): Buffer {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(this.sequence));
    return Buffer.concat([number, this.before]);
  }
}
