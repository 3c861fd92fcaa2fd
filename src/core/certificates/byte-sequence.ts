const BYTE_SEQUENCE = /^ *:([A-Za-z0-9+/]*={0,2}): *$/;

/**
 * The octets of a field that is a byte sequence (RFC 9651 section 4.2.7), undefined when it is none. Stricter than it
 * must be: padding has to be right and no bit may be left over, so that one value has one spelling.
 */
export function readByteSequence(value: string): Buffer | undefined {
  const base64 = BYTE_SEQUENCE.exec(value)?.[1];
  if (base64 === undefined) return undefined;
  const octets = Buffer.from(base64, 'base64');
  return octets.toString('base64') === base64 ? octets : undefined;
}
