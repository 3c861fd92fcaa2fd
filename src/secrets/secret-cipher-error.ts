/** A sealed secret that cannot be opened; the message says what the operator can do and holds nothing secret. */
export class SecretCipherError extends Error {
  override readonly name = 'SecretCipherError';
}
