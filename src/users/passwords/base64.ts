const UNPADDED = /=+$/;

/** The bytes of standard base64 with or without padding; undefined for anything that does not stand for just these bytes. */
export function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return writeBase64(bytes) === text.replace(UNPADDED, '') ? bytes : undefined;
}

/** Standard base64 without padding, as hashes are written (PHC string format). */
export function writeBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(UNPADDED, '');
}
