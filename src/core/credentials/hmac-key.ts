import { createHash, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** Shared by all keys: what is hashed first, where the message fits behind its pad, and what is hashed then. */
const INNER_MESSAGE = Buffer.alloc(16 * 1024);
const OUTER_MESSAGE = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

/**
 * A key of HMAC-SHA256 (RFC 2104), which shows nothing when it is printed. It is kept as the two blocks that are hashed
 * before the message and before the result: two one-shot digests of `node:crypto` then sign in half the time of its Hmac
 * objects, which are made anew, with a weak handle for the garbage collector, for every signature.
 */
export class HmacKey {
  // 64 bytes is the most that V8 keeps in a typed array itself: no memory beside its heap for each key.
  readonly #innerPad = new Uint8Array(BLOCK_BYTES).fill(INNER_PAD);
  readonly #outerPad = new Uint8Array(BLOCK_BYTES).fill(OUTER_PAD);

  /** @param secret text counts as UTF-8 */
  constructor(secret: string | Buffer) {
    const bytes = Buffer.from(secret);
    const key = bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes;
    key.forEach((byte, at) => {
      this.#innerPad[at] = INNER_PAD ^ byte;
      this.#outerPad[at] = OUTER_PAD ^ byte;
    });
  }

  /** The 32 bytes of HMAC-SHA256 over the bytes of `head`, one for each of its characters, and then `body`. */
  sign(head: string, body: Buffer): Buffer {
    OUTER_MESSAGE.set(this.#outerPad);
    OUTER_MESSAGE.write(this.innerDigest(head, body), BLOCK_BYTES, 'latin1');
    return Buffer.from(hash('sha256', OUTER_MESSAGE, 'latin1'), 'latin1');
  }

  private innerDigest(head: string, body: Buffer): string {
    const length = BLOCK_BYTES + head.length + body.length;
    if (length > INNER_MESSAGE.length) {
      return createHash('sha256').update(this.#innerPad).update(head, 'latin1').update(body).digest('latin1');
    }
    INNER_MESSAGE.set(this.#innerPad);
    INNER_MESSAGE.write(head, BLOCK_BYTES, 'latin1');
    INNER_MESSAGE.set(body, length - body.length);
    return hash('sha256', INNER_MESSAGE.subarray(0, length), 'latin1');
  }
}
