import { hash } from 'node:crypto';
import { type CompactJws, parseCompactJws } from '../core/credentials/jwt/compact-jws';
import { type JsonObject, parseJsonObject } from '../core/credentials/jwt/strict-json';

/** A token as it came, taken apart as far as it can be; nothing in it is proven. */
export interface PresentedToken {
  readonly text: string;
  readonly digest: string;
  /** Undefined for an opaque token. */
  readonly jwt: { readonly jws: CompactJws; readonly claims: JsonObject } | undefined;
}

/** What verified tokens are remembered by. */
export function digestToken(token: string): string {
  return hash('sha256', token, 'base64url');
}

export function presentToken(text: string, digest: string): PresentedToken {
  const jws = parseCompactJws(text);
  const claims = jws && parseJsonObject(jws.payload);
  return { text, digest, jwt: jws && claims && { jws, claims } };
}
