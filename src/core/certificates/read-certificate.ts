import { X509Certificate } from 'node:crypto';
import type { ClientCertificate } from '../client-certificate';
import { canonicalNameOfLines } from './distinguished-name';
import { toSanUris } from './san-uris';

const PEM = /^\s*(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----)/;

/** What decisions read of a certificate. */
export function toClientCertificate(certificate: X509Certificate): ClientCertificate {
  return {
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    sanUris: toSanUris(certificate.subjectAltName),
    subject: canonicalNameOfLines(certificate.subject),
    validUntilMs: certificate.validToDate.getTime(),
  };
}

/** The certificate of these DER octets, undefined when they are not exactly one. */
export function readDerCertificate(der: Buffer): ClientCertificate | undefined {
  const certificate = parse(der);
  return certificate?.raw.equals(der) ? toClientCertificate(certificate) : undefined;
}

/** The first certificate of a percent-encoded PEM text, as Envoy and nginx write one; undefined when there is none. */
export function readEscapedPemCertificate(text: string): ClientCertificate | undefined {
  const pem = PEM.exec(unescapePercent(text))?.[1];
  const certificate = pem === undefined ? undefined : parse(pem);
  return certificate && toClientCertificate(certificate);
}

function parse(encoded: string | Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(encoded);
  } catch {
    return undefined;
  }
}

function unescapePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
