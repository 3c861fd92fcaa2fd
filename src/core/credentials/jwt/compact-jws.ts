import { decodeBase64url } from './base64url';
import { type JsonObject, parseJsonObject } from './strict-json';

/** A compact JWS (RFC 7515 section 7.1) taken apart; nothing in it is proven yet. */
export interface CompactJws {
  readonly header: JsonObject;
  readonly payload: Buffer;
  /** What is signed: the first two parts with the dot between them. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** Longer tokens are not looked at: they are work for nothing. */
export const MAX_TOKEN_LENGTH = 16_384;

/** Takes a compact JWS apart; undefined for anything that is not one to the letter. */
export function parseCompactJws(token: string): CompactJws | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first < 1 || second < 0 || token.includes('.', second + 1)) return undefined;
  const headerBytes = decodeBase64url(token.slice(0, first));
  const header = headerBytes && parseJsonObject(headerBytes);
  const payload = decodeBase64url(token.slice(first + 1, second));
  const signature = decodeBase64url(token.slice(second + 1));
  if (!header || !payload || !signature) return undefined;
  return { header, payload, signed: token.slice(0, second), signature };
}
