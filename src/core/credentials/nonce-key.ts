import { hash } from 'node:crypto';

const NONCE = /^[\x20-\x7e]{1,256}$/;
const LONGEST = 64;

/** Whether a text may be kept as a nonce: printable ASCII, 1 to 256 characters. */
export function isNonce(text: string): boolean {
  return NONCE.test(text);
}

/** The key something single-use is kept under; a long text by its digest, so that no client fills the store with few requests. */
export function nonceKey(kind: 'hmac' | 'protect_v1' | 'protect_v2', ownerId: string, text: string): string {
  return `${kind}:${ownerId}:${text.length <= LONGEST ? text : hash('sha256', text, 'base64url')}`;
}
