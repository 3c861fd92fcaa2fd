const BUFFER_BYTES = 64 * 1024;
/** Four megabytes of them. */
const MAX_FREE = 64;

const free: ArrayBuffer[] = [];

/**
 * A copy of a part of `bytes`, at most 64 KiB of them, to be given back when nobody reads it any more. Buffers that are
 * used again need no collecting: V8 does not see how much dead ones weigh, and lets them pile up.
 */
export function copyOut(bytes: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.from(free.pop() ?? new ArrayBuffer(BUFFER_BYTES), 0, end - start);
  bytes.copy(copy, 0, start, end);
  return copy;
}

/** The bytes of a copy may be used for another one. */
export function giveBack({ buffer }: Buffer<ArrayBufferLike>): void {
  if (free.length < MAX_FREE && buffer instanceof ArrayBuffer) free.push(buffer);
}
