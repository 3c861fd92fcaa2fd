import { createPublicKey, createSecretKey } from 'node:crypto';
import { KeySet, type KeySetFault } from './key-set';
import { type JsonObject, parseJsonObject } from './strict-json';
import { fromPublicKey, type KeyFault, toVerificationKey, type VerificationKey } from './verification-key';

export type StaticKeyFault = KeyFault | KeySetFault;

const PEM = /^-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----[A-Za-z0-9+/=\s]+-----END \1-----$/;

/**
 * The keys of a shared secret: the text itself, of any length as old systems have them, or an `oct` JWK or JWK Set,
 * which must keep to the lengths of RFC 7518.
 */
export function readSecret(text: string): KeySet | StaticKeyFault {
  const document = parseText(text);
  if (document && ('kty' in document || 'keys' in document)) return readJwks(document, 'secret');
  const algorithms = new Set(['HS256', 'HS384', 'HS512']);
  return new KeySet([{ kid: undefined, key: createSecretKey(Buffer.from(text, 'utf8')), algorithms }], true);
}

/** The keys of a public key: PEM (a public key or a certificate), a JWK or a JWK Set. */
export function readPublicKey(text: string): KeySet | StaticKeyFault {
  const document = parseText(text);
  if (document) return readJwks(document, 'public');
  if (text.includes('PRIVATE KEY')) return 'key_private';
  const pem = text.trim();
  if (!PEM.test(pem)) return 'key_unreadable';
  try {
    return toKeySet(fromPublicKey(createPublicKey(pem)));
  } catch {
    return 'key_unreadable';
  }
}

function parseText(text: string): JsonObject | undefined {
  return text.trimStart().startsWith('{') ? parseJsonObject(Buffer.from(text, 'utf8')) : undefined;
}

/** Unlike a set that is fetched, one that is given must be good as a whole. */
function readJwks(document: JsonObject, type: 'secret' | 'public'): KeySet | StaticKeyFault {
  const jwks = Array.isArray(document.keys) ? document.keys : [document];
  const keys = jwks.map(toVerificationKey);
  const fault = keys.find((key) => typeof key === 'string');
  if (fault) return fault;
  if (keys.length === 0 || keys.some((key) => typeof key === 'string' || key.key.type !== type))
    return 'key_unreadable';
  return Array.isArray(document.keys) ? KeySet.read(document, type) : toKeySet(toVerificationKey(document));
}

function toKeySet(key: VerificationKey | KeyFault): KeySet | KeyFault {
  return typeof key === 'string' ? key : new KeySet([key], key.kid === undefined);
}
