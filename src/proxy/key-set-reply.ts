import type { PublicJwk } from '../core/policy-signing-key';
import type { OwnReply } from './own-reply';

/** How long verifiers may keep the set; keys are published twice as long before they sign. */
const MAX_AGE_SECONDS = 300;

/** The public keys of the gateway as a JWK Set (RFC 7517 section 8.5.2). */
export function keySetReply(keys: readonly PublicJwk[]): OwnReply {
  const headers = {
    'Content-Type': 'application/jwk-set+json',
    'Cache-Control': `public, max-age=${MAX_AGE_SECONDS}`,
  };
  return { status: 200, headers, body: JSON.stringify({ keys }) };
}
