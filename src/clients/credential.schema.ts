import { z } from 'zod';
import { line, moment, wholeNumber } from '../admin-api/fields';
import { certificateMarkFields } from './certificate-mark.schema';
import { apiKeyValue, hmacSecretValue } from './secret-value.schema';

const DAY_SECONDS = 86_400;

const SOURCES = ['generate', 'value', 'sha256'] as const;
const MARKS = ['fingerprint_sha256', 'san_uri', 'subject'] as const;

/** A credential as POST takes it: made here, imported, known by its SHA-256 only (API keys), or recognised (certificates). */
export const credentialSchema = z
  .strictObject({
    kind: z.enum(['api_key', 'hmac_secret', 'certificate']),
    name: line('name', 255).nullable().default(null),
    generate: z.literal(true).optional(),
    value: z.string().optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'sha256 must be 64 hexadecimal digits')
      .toLowerCase()
      .optional(),
    ...certificateMarkFields,
    expires_at: moment.default(null),
  })
  .superRefine((input, context) => {
    const refuse = (field: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [field], message });
    };
    const { kind, value, sha256 } = input;
    const [own, foreign] = kind === 'certificate' ? [MARKS, SOURCES] : [SOURCES, MARKS];
    for (const field of foreign) {
      if (input[field] !== undefined) refuse(field, `${field} is not for credentials of kind ${kind}`);
    }
    if (own.filter((field) => input[field] !== undefined).length !== 1) {
      refuse(own[0], `give exactly one of ${own.slice(0, -1).join(', ')} and ${own.at(-1)}`);
    }
    if (sha256 !== undefined && kind === 'hmac_secret') refuse('sha256', 'sha256 is for API keys only');
    if (value === undefined || kind === 'certificate') return;
    const fault = (kind === 'api_key' ? apiKeyValue : hmacSecretValue).safeParse(value).error?.issues[0];
    if (fault) refuse('value', fault.message);
  });

export type CredentialInput = z.output<typeof credentialSchema>;

/** How long the old credential stays good after a rotation. */
export const rotationSchema = z.strictObject({
  overlap_seconds: wholeNumber(0, 365 * DAY_SECONDS).default(DAY_SECONDS),
});

export type RotationInput = z.output<typeof rotationSchema>;
