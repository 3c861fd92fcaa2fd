import type { ClientCertificate } from '../client-certificate';
import { toCanonicalName } from './distinguished-name';
import { readEscapedPemCertificate } from './read-certificate';

/** A key and value of an `X-Forwarded-Client-Cert` element, and what follows them. */
const PAIR = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;]*))([,;]|$)/y;
const SHA256_HEX = /^[0-9A-Fa-f]{64}$/;
/** What one certificate has one of; `By`, `URI` and `DNS` may come several times. */
const SINGLE: ReadonlySet<string> = new Set(['hash', 'cert', 'chain', 'subject']);

type Element = Map<string, string[]>;

/**
 * The certificate of an `X-Forwarded-Client-Cert` value (the form of Envoy), undefined when it tells of none,
 * 'malformed' when it cannot be read. The last element counts: it is what the closest proxy saw, while those before it
 * may be anybody's claim.
 */
export function readForwardedClientCert(value: string): ClientCertificate | 'malformed' | undefined {
  const element = lastElement(value);
  if (!element) return 'malformed';
  const pem = one(element, 'cert') ?? one(element, 'chain');
  const hash = one(element, 'hash')?.toLowerCase();
  if (hash !== undefined && !SHA256_HEX.test(hash)) return 'malformed';
  if (pem === undefined) return fromText(element, hash);
  const certificate = readEscapedPemCertificate(pem);
  if (!certificate || (hash !== undefined && hash !== certificate.fingerprint)) return 'malformed';
  return certificate;
}

function fromText(element: Element, fingerprint: string | undefined): ClientCertificate | undefined {
  const subject = one(element, 'subject');
  const sanUris = (element.get('uri') ?? []).filter((uri) => uri !== '');
  if (fingerprint === undefined && subject === undefined && sanUris.length === 0) return undefined;
  const validUntilMs = Number.POSITIVE_INFINITY;
  return { fingerprint, sanUris, subject: subject && toCanonicalName(subject), validUntilMs };
}

/** The whole value is read, not only its end: what stands in quotes may look like an element. */
function lastElement(value: string): Element | undefined {
  let element: Element = new Map();
  for (let at = 0; ; ) {
    PAIR.lastIndex = at;
    const pair = PAIR.exec(value);
    if (!pair) return undefined;
    const [whole, name = '', quoted, plain = '', separator] = pair;
    const key = name.toLowerCase();
    const values = element.get(key);
    if (values && SINGLE.has(key)) return undefined;
    const text = quoted === undefined ? plain.trim() : quoted.replace(/\\(["\\])/g, '$1');
    element.set(key, [...(values ?? []), text]);
    at += whole.length;
    if (separator === '') return element;
    if (separator === ',') {
      element = new Map();
      while (value[at] === ' ') at += 1;
    }
  }
}

/** A proxy without a client certificate may leave the value empty. */
function one(element: Element, key: string): string | undefined {
  return element.get(key)?.[0] || undefined;
}
