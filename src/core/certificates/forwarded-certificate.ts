import type { ClientCertificate } from '../client-certificate';
import { readByteSequence } from './byte-sequence';
import { readForwardedClientCert } from './forwarded-client-cert';
import { readDerCertificate } from './read-certificate';

/** Why a forwarded certificate may not be believed, nor left out. */
export type ForwardedCertificateFault = 'forwarded_certificate_malformed' | 'forwarded_certificate_repeated';

type Outcome = ClientCertificate | ForwardedCertificateFault | undefined;

const XFCC = 'x-forwarded-client-cert';
const CLIENT_CERT = 'client-cert';
const GENERATION_SIZE = 500;

/** Certificates by what they were read from: the same few clients send theirs with every request. */
let recent = new Map<string, Outcome>();
let older = new Map<string, Outcome>();

/**
 * The client certificate that a proxy tells of by `X-Forwarded-Client-Cert` (Envoy) or `Client-Cert` (RFC 9440), given
 * names and values in turn. To be asked for requests of trusted peers alone: anybody can write these fields. Both of
 * them, or one twice, is a fault: then one of them is not the proxy's.
 */
export function forwardedCertificate(rawHeaders: readonly string[]): Outcome {
  let name: string | undefined;
  let value = '';
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const found = fieldOf(rawHeaders[i] ?? '');
    if (found === undefined) continue;
    if (name !== undefined) return 'forwarded_certificate_repeated';
    name = found;
    value = (rawHeaders[i + 1] ?? '').trim();
  }
  return name === undefined || value === '' ? undefined : read(name, value);
}

function fieldOf(name: string): string | undefined {
  // The length tells nearly all names apart before a character is compared.
  if (name.length !== XFCC.length && name.length !== CLIENT_CERT.length) return undefined;
  const lower = name.toLowerCase();
  return lower === XFCC || lower === CLIENT_CERT ? lower : undefined;
}

function read(name: string, value: string): Outcome {
  const key = `${name}:${value}`;
  const known = recent.get(key) ?? older.get(key);
  if (known !== undefined) return known;
  const outcome = name === XFCC ? readForwardedClientCert(value) : readClientCert(value);
  if (outcome === 'malformed') return 'forwarded_certificate_malformed';
  if (recent.size >= GENERATION_SIZE) {
    older = recent;
    recent = new Map();
  }
  recent.set(key, outcome);
  return outcome;
}

/** No octets at all is what a proxy writes that saw no certificate. */
function readClientCert(value: string): ClientCertificate | 'malformed' | undefined {
  const der = readByteSequence(value);
  if (!der) return 'malformed';
  return der.length === 0 ? undefined : (readDerCertificate(der) ?? 'malformed');
}
