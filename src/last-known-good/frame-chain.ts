import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
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
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.encryptionKey, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.place());
    const sealed = Buffer.concat([iv, cipher.update(content), cipher.final()]);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(sealed.length + TAG_BYTES);
    const prefix = Buffer.concat([length, this.checkOf(length)]);
    const tag = cipher.getAuthTag();
    this.step(tag);
    return Buffer.concat([prefix, sealed, tag]);
  }

  /** The length of the next frame's body in bytes, undefined when the prefix is not of that frame. */
  bodyLength(prefix: Buffer): number | undefined {
    const length = prefix.subarray(0, LENGTH_BYTES);
    const isGenuine = timingSafeEqual(prefix.subarray(LENGTH_BYTES), this.checkOf(length));
    return isGenuine ? length.readUInt32BE() : undefined;
  }

  /** The content of the next frame, undefined when the body is not of that frame. */
  open(body: Buffer): Buffer | undefined {
    const tag = body.subarray(-TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.encryptionKey, body.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.place());
    decipher.setAuthTag(tag);
    try {
      const content = Buffer.concat([decipher.update(body.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
      this.step(Buffer.from(tag));
      return content;
    } catch {
      return undefined;
    }
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
