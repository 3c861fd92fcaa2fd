import { isIP } from 'node:net';
import { z } from 'zod';

const MAX_HEADERS = 200;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What a field value may hold (RFC 9110 section 5.5): nothing that could end the field. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const URL_TEXT = /^https?:\/\/[^/?#]*(?:[/?#]|$)/i;

const value = z.string().max(16_384).regex(FIELD_VALUE, 'a header value must not contain control characters');

/** A name with its value, or with several where the field comes more than once. */
const headers = z
  .record(z.string().regex(TOKEN, 'a header name is a token'), z.union([value, z.array(value).max(MAX_HEADERS)]))
  .refine((fields) => Object.keys(fields).length <= MAX_HEADERS, `headers are at most ${MAX_HEADERS}`);

/** A request to explain, as it would arrive. The URL stays a text: what makes it malformed is part of the answer. */
export const explainSchema = z.strictObject({
  method: z.string().max(64).regex(TOKEN, 'method must be a request method').default('GET'),
  url: z.string().max(16_384).regex(URL_TEXT, 'url must be http://host/path or https://host/path'),
  headers: headers.nullable().default(null),
  body: z.string().nullable().default(null),
  client_id: z.string().max(255).nullable().default(null),
  ip: z
    .string()
    .refine((text) => isIP(text) !== 0, 'ip must be an IP address')
    .nullable()
    .default(null),
});

export type ExplainInput = z.output<typeof explainSchema>;
