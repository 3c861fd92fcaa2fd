import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../core/credentials/jwt/strict-json';
import { isSameSecret } from '../secrets/is-same-secret';

const TOLERANCE_SECONDS = 300;
const DIGITS = /^\d{1,15}$/;
const HEX_SIGNATURE = /^sha256=([0-9a-f]{64})$/i;
const MESSAGE_ID = /^[\x21-\x7e]{1,200}$/;
const MAX_SIGNATURES = 20;

/** A delivery as it came in. */
export interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** What a delivery says it is; only `unsignedType` is not signed. */
export interface Description {
  readonly id: unknown;
  readonly type: unknown;
  readonly unsignedType: string | undefined;
}

/** How a source signs what it sends. */
export interface SignatureScheme {
  /** `header` when a field is missing or malformed, `signature` when it is not good or not of now, undefined for a good one. */
  findFault(delivery: Delivery, secret: string): 'header' | 'signature' | undefined;
  describe(headers: IncomingHttpHeaders, body: JsonObject): Description;
}

export type SchemeName = 'standard' | 'timestamped';

/** `sha256=<hex>` over `timestamp.body`, in fields that begin with `prefix`, as Aegis signs. */
export function timestamped(prefix: string): SignatureScheme {
  return {
    findFault({ headers, body, atMs }, secret) {
      const timestamp = headers[`${prefix}-timestamp`];
      const [, given] = HEX_SIGNATURE.exec(textOf(headers[`${prefix}-signature`])) ?? [];
      if (given === undefined || !DIGITS.test(textOf(timestamp))) return 'header';
      const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
      return isSameSecret(given.toLowerCase(), expected) && isNow(textOf(timestamp), atMs) ? undefined : 'signature';
    },
    describe: (headers, { event_id: id, event_type: type }) => {
      const unsigned = headers[`${prefix}-event`];
      return { id, type, unsignedType: unsigned === undefined ? undefined : textOf(unsigned) };
    },
  };
}

/** Standard Webhooks 1.0: `v1,<base64>` over `id.timestamp.body`, one of several signatures by as many secrets. */
const STANDARD: SignatureScheme = {
  findFault({ headers, body, atMs }, secret) {
    const [id, timestamp] = [textOf(headers['webhook-id']), textOf(headers['webhook-timestamp'])];
    const given = textOf(headers['webhook-signature']).split(' ', MAX_SIGNATURES);
    if (!MESSAGE_ID.test(id) || !DIGITS.test(timestamp) || given[0] === '') return 'header';
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const signed = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    const isSigned = given.filter((signature) => isSameSecret(signature, `v1,${signed}`)).length > 0;
    return isSigned && isNow(timestamp, atMs) ? undefined : 'signature';
  },
  describe: (headers, { type }) => ({ id: headers['webhook-id'], type, unsignedType: undefined }),
};

/** The schemes a source may be kept with. */
export const SIGNATURE_SCHEMES: Readonly<Record<SchemeName, SignatureScheme>> = {
  standard: STANDARD,
  timestamped: timestamped('x-webhook'),
};

function isNow(timestamp: string, atMs: number): boolean {
  return Math.abs(Number(timestamp) - Math.floor(atMs / 1000)) <= TOLERANCE_SECONDS;
}

function textOf(field: string | string[] | undefined): string {
  return typeof field === 'string' ? field : '';
}
