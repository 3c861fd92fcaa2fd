import { z } from 'zod';
import { line } from '../admin-api/fields';
import { toMark } from '../core/certificates/certificate-mark';
import { toCanonicalName } from '../core/certificates/distinguished-name';

const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]+$/;
const SPIFFE_ID = /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+$/;
const CURE = 'print it with: openssl x509 -in FILE -noout -subject -nameopt RFC2253';

/** What a client's certificate is recognised by; a credential of kind `certificate` has one of them. */
export const certificateMarkFields = {
  fingerprint_sha256: z
    .string()
    .regex(/^(?:[0-9a-f]{64}|(?:[0-9a-f]{2}:){31}[0-9a-f]{2})$/i, 'fingerprint_sha256 must be 64 hexadecimal digits')
    .transform((text) => text.replaceAll(':', '').toLowerCase())
    .optional(),
  san_uri: z
    .string()
    .max(2048)
    .regex(URI, 'san_uri must be a URI')
    .refine((uri) => !/^spiffe:/i.test(uri) || SPIFFE_ID.test(uri), 'san_uri must be spiffe://TRUST-DOMAIN/PATH')
    .optional(),
  subject: line('subject', 1024)
    .refine((text) => toCanonicalName(text) !== undefined, `subject must be a name such as CN=web,O=Corp; ${CURE}`)
    .transform((text) => toCanonicalName(text))
    .optional(),
};

export type CertificateMarkInput = Partial<Record<keyof typeof certificateMarkFields, string | undefined>>;

/** The marks that are given, at most one of which makes sense. */
export function givenMarks({ fingerprint_sha256, san_uri, subject }: CertificateMarkInput): string[] {
  return [
    ...(fingerprint_sha256 === undefined ? [] : [toMark('fingerprint', fingerprint_sha256)]),
    ...(san_uri === undefined ? [] : [toMark('san_uri', san_uri)]),
    ...(subject === undefined ? [] : [toMark('subject', subject)]),
  ];
}
