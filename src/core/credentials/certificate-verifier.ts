import { marksOf } from '../certificates/certificate-mark';
import type { FoundCertificate, PolicySnapshot } from '../policy-snapshot';
import type { Question } from '../question';
import type { Verification } from '../verification';

/**
 * Finds the client of the request's certificate by fingerprint, SAN URI or subject, in this order. The first of them
 * that is stored decides: a fingerprint that was revoked keeps a certificate out whose subject is still good.
 */
export function verifyCertificate({ request, snapshot, nowMs }: Question): Verification {
  const presented = request.certificate;
  if (!presented) return { rejected: 'no_credential', code: 'credentials_missing' };
  // Not `>=`: a time that is no number must not make a certificate live. It may end while its connection goes on.
  if (!(nowMs < presented.validUntilMs)) return { rejected: 'certificate_expired' };
  const found = findCertificate(marksOf(presented), snapshot);
  if (!found) return { rejected: 'certificate_unknown' };
  const { client, certificate } = found;
  if (certificate.isRevoked) return { rejected: 'certificate_revoked' };
  if (!(nowMs < certificate.validUntilMs)) return { rejected: 'certificate_credential_expired' };
  return { kind: 'client', client, method: 'mtls', credentialId: certificate.credentialId, token: undefined };
}

function findCertificate(marks: readonly string[], { certificates }: PolicySnapshot): FoundCertificate | undefined {
  for (const mark of marks) {
    const found = certificates.get(mark);
    if (found) return found;
  }
  return undefined;
}
