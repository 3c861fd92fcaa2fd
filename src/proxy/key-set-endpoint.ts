import { Injectable } from '@nestjs/common';
import type { PublicJwk } from '../core/policy-signing-key';
import { SigningKeyRing } from '../relay/signing-key-ring';
import type { OwnEndpoint, OwnReply } from './own-endpoint';
import { OwnEndpoints } from './own-endpoints';

const PATH = '/.well-known/jwks.json';
/** How long verifiers may keep the set; keys are published twice as long before they sign. */
const MAX_AGE_SECONDS = 300;

/** Publishes the keys that verify what the gateway signs. */
@Injectable()
export class KeySetEndpoint {
  constructor(endpoints: OwnEndpoints, ring: SigningKeyRing) {
    const answer: OwnEndpoint = ({ nowMs }) => keySetReply(ring.publicKeys(nowMs));
    for (const method of ['GET', 'HEAD']) endpoints.register(method, PATH, answer);
  }
}

/** The public keys of the gateway as a JWK Set (RFC 7517 section 8.5.2). */
function keySetReply(keys: readonly PublicJwk[]): OwnReply {
  const headers = {
    'Content-Type': 'application/jwk-set+json',
    'Cache-Control': `public, max-age=${MAX_AGE_SECONDS}`,
  };
  return { status: 200, headers, body: JSON.stringify({ keys }) };
}
