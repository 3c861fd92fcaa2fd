import { createHmac, type KeyObject, sign } from 'node:crypto';
import type { PolicySigningKey } from '../core/policy-signing-key';

const HS256_HEADER = encode({ alg: 'HS256', typ: 'JWT' });

/** A JWT in compact form (RFC 7515 section 7.1), keyed by a shared secret. */
export function signHs256(claims: object, key: KeyObject): string {
  const signed = `${HS256_HEADER}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** A JWT in compact form, signed by one of the gateway's own keys (RFC 8037; RFC 7518 section 3.4). */
export function signOwn(claims: object, { algorithm, kid, privateKey }: PolicySigningKey): string {
  const signed = `${encode({ alg: algorithm, typ: 'JWT', kid })}.${encode(claims)}`;
  const bytes = Buffer.from(signed);
  const signature =
    algorithm === 'EdDSA'
      ? sign(null, bytes, privateKey)
      : sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
