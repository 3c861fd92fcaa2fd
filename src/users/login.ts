/** The longest address mail is delivered to (RFC 5321 section 4.5.3.1.3). */
export const LONGEST_LOGIN = 254;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/** What a user logs in by, trimmed and in lower case; undefined for what can be nobody's and no database need be asked. */
export function toLogin(text: string): string | undefined {
  const login = text.length > 2 * LONGEST_LOGIN ? '' : text.trim().toLowerCase();
  const isPossible = login !== '' && login.length <= LONGEST_LOGIN && login.isWellFormed() && !CONTROL.test(login);
  return isPossible ? login : undefined;
}

/** Whether a login can be an e-mail address: something, one @, something; the rest is the mail server's to know. */
export function isEmail(login: string): boolean {
  return /^[^@\s]+@[^@\s]+$/.test(login);
}
