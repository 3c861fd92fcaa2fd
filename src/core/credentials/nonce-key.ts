import { hash } from 'node:crypto';

const LONGEST = 64;

/** The key something single-use is kept under; a long text by its digest, so that no client fills the store with few requests. */
export function nonceKey(kind: 'hmac' | 'protect_v1' | 'protect_v2', ownerId: string, text: string): string {
  return `${kind}:${ownerId}:${text.length <= LONGEST ? text : hash('sha256', text, 'base64url')}`;
}
