/** The bytes of a base64url text (RFC 4648 section 5) in its one canonical form: no padding, no other character, no stray bits. */
export function decodeBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
