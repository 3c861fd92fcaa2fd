const MASK_BYTES = 4;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** One frame of a client, unmasked. */
export interface Frame {
  readonly isFinal: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
  /** Bytes it took on the wire. */
  readonly size: number;
}

/**
 * The first frame in what a client sent (RFC 6455 section 5.2), undefined while it is not complete.
 * @throws RangeError on frames of 64 KiB or more and on unmasked ones: a demo needs none
 */
export function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const length = bytes.readUInt8(1) & 0x7f;
  if (length === LENGTH_64 || bytes.readUInt8(1) < 0x80) throw new RangeError('The demo cannot read this frame.');
  const maskAt = length === LENGTH_16 ? 4 : 2;
  if (bytes.length < maskAt + MASK_BYTES) return undefined;
  const payloadLength = length === LENGTH_16 ? bytes.readUInt16BE(2) : length;
  const size = maskAt + MASK_BYTES + payloadLength;
  if (bytes.length < size) return undefined;
  const mask = bytes.subarray(maskAt, maskAt + MASK_BYTES);
  const payload = Buffer.from(bytes.subarray(maskAt + MASK_BYTES, size));
  for (const [index, byte] of payload.entries()) payload[index] = byte ^ (mask[index % MASK_BYTES] ?? 0);
  const first = bytes.readUInt8(0);
  return { isFinal: first >= 0x80, opcode: first & 0x0f, payload, size };
}
