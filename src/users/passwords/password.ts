/** More is no password but an attempt to keep us busy. */
export const MAX_PASSWORD_BYTES = 1024;
const MIN_CHARACTERS = 8;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * The bytes that are hashed, undefined for what nobody's password can be: nothing at all, half a character, too much,
 * or a NUL, at which bcrypt starts over, so that `a` and `a NUL a` would be one password.
 */
export function toPasswordBytes(password: string): Buffer | undefined {
  if (password === '' || password.length > MAX_PASSWORD_BYTES) return undefined;
  if (!password.isWellFormed() || password.includes('\0')) return undefined;
  const bytes = Buffer.from(password, 'utf8');
  return bytes.length > MAX_PASSWORD_BYTES ? undefined : bytes;
}

/** Why a new password is refused, as a sentence without it, or undefined. */
export function passwordFault(password: string, maxBytes: number): string | undefined {
  if ([...password.slice(0, 2 * MIN_CHARACTERS)].length < MIN_CHARACTERS) {
    return `the password must have at least ${MIN_CHARACTERS} characters`;
  }
  if (Buffer.byteLength(password, 'utf8') > maxBytes)
    return `the password must have at most ${maxBytes} bytes in UTF-8`;
  if (!password.isWellFormed()) return 'the password must be well-formed text';
  return CONTROL.test(password) ? 'the password must not contain control characters' : undefined;
}
