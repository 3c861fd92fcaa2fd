import type { ClientCertificate } from '../client-certificate';

/** What a certificate can be recognised by. */
export type MarkKind = 'fingerprint' | 'san_uri' | 'subject';

const SPIFFE = 'spiffe://';

/** What a stored credential and a presented certificate are compared by. */
export function toMark(kind: MarkKind, value: string): string {
  return `${kind}:${value}`;
}

/** The kind and value of a mark. */
export function readMark(mark: string): { readonly kind: MarkKind; readonly value: string } {
  const end = mark.indexOf(':');
  return { kind: mark.slice(0, end) as MarkKind, value: mark.slice(end + 1) };
}

/**
 * The marks of a certificate, the most telling first: fingerprint, SAN URIs in their order, subject. A SPIFFE id beside
 * another URI is none: such a certificate is no SVID (X509-SVID section 2).
 */
export function marksOf({ fingerprint, sanUris, subject }: ClientCertificate): readonly string[] {
  const marks = fingerprint === undefined ? [] : [toMark('fingerprint', fingerprint)];
  for (const uri of sanUris) {
    if (sanUris.length === 1 || !uri.startsWith(SPIFFE)) marks.push(toMark('san_uri', uri));
  }
  if (subject !== undefined) marks.push(toMark('subject', subject));
  return marks;
}
