import { isUuid } from '../is-uuid';
import { isNonce } from './nonce-key';
import { isTimestamp } from './signed-time';

/** What an `Authorization: HMAC` field claims. */
export interface HmacParameters {
  /** A client id in lower case, or an alias as it is. */
  readonly clientName: string;
  /** Unix seconds, as text: that is what was signed. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: Buffer;
}

export type HmacParameterFault =
  | 'hmac_malformed'
  | 'hmac_parameter_repeated'
  | 'hmac_parameter_missing'
  | 'hmac_client_id_malformed'
  | 'timestamp_malformed'
  | 'nonce_malformed'
  | 'hmac_signature_malformed';

/** The value of each of `NAMES`, in that order. */
type Values = (string | undefined)[];

const NAMES: readonly string[] = ['client_id', 'timestamp', 'nonce', 'signature'];
const CLIENT_NAME = /^[\x21-\x7e]{1,255}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

/**
 * Reads `client_id="…",timestamp="…",nonce="…",signature="…"` as api-gatekeeper does: parted at commas, then at the first
 * `=`, quotes optional, unknown names ignored. What it reads in more than one way (a name given twice, a sign before
 * the digits of a timestamp) is a fault here.
 */
export function parseHmacParameters(text: string): HmacParameters | HmacParameterFault {
  const values = readValues(text);
  if (typeof values === 'string') return values;
  const [clientName, timestamp, nonce, signature] = values;
  if (clientName === undefined || timestamp === undefined || nonce === undefined || signature === undefined) {
    return 'hmac_parameter_missing';
  }
  if (!CLIENT_NAME.test(clientName)) return 'hmac_client_id_malformed';
  if (!isTimestamp(timestamp)) return 'timestamp_malformed';
  if (!isNonce(nonce)) return 'nonce_malformed';
  if (!SIGNATURE.test(signature)) return 'hmac_signature_malformed';
  return {
    clientName: isUuid(clientName) ? clientName.toLowerCase() : clientName,
    timestamp,
    nonce,
    signature: Buffer.from(signature, 'hex'),
  };
}

/** By place rather than by name: a property of a name that was just cut out has to be looked up in a table of all names. */
function readValues(text: string): Values | HmacParameterFault {
  const values: Values = [undefined, undefined, undefined, undefined];
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    if (equals < 0) return 'hmac_malformed';
    const place = NAMES.indexOf(part.slice(0, equals).trim());
    if (place < 0) continue;
    const value = unquote(part.slice(equals + 1).trim());
    if (value === undefined) return 'hmac_malformed';
    if (values[place] !== undefined) return 'hmac_parameter_repeated';
    values[place] = value;
  }
  return values;
}

/** Undefined for a value with a quote anywhere but around it. */
function unquote(text: string): string | undefined {
  const value = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  return value.includes('"') ? undefined : value;
}
