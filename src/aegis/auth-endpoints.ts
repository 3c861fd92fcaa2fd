/** The endpoints that are passed on, each with the fields it takes; a `?` marks one that may be missing. */
export const AUTH_ENDPOINTS: Readonly<Record<string, readonly string[]>> = {
  register: ['email', 'password'],
  login: ['email', 'password'],
  'verify-email': ['token', 'password?'],
  'check-verification-token': ['token'],
  'request-password-reset': ['email'],
  'reset-password': ['token', 'new_password'],
};

/** What is sent on of a body, or the sentence that says what is wrong with it; other fields are dropped. */
export function readFields(fields: readonly string[], body: unknown): Record<string, string> | string {
  const sent = new Map(Object.entries(typeof body === 'object' && body !== null ? body : {}));
  const read: Record<string, string> = {};
  for (const field of fields) {
    const name = field.replace('?', '');
    const value: unknown = sent.get(name) ?? '';
    if (typeof value !== 'string') return `${name} must be a string`;
    if (value !== '') read[name] = value;
    else if (field === name) return `${name} is required`;
  }
  return read;
}
