import { z } from 'zod';
import { line, moment, wholeNumber } from '../admin-api/fields';
import { apiKeyValue, hmacSecretValue } from './secret-value.schema';

const DAY_SECONDS = 86_400;

/** A credential as POST takes it: made here, imported, or (API keys) known by its SHA-256 only. */
export const credentialSchema = z
  .strictObject({
    kind: z
      .enum(['api_key', 'hmac_secret', 'certificate'])
      .refine((kind) => kind !== 'certificate', 'certificate credentials are not available in this version'),
    name: line('name', 255).nullable().default(null),
    generate: z.literal(true).optional(),
    value: z.string().optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'sha256 must be 64 hexadecimal digits')
      .toLowerCase()
      .optional(),
    expires_at: moment.default(null),
  })
  .superRefine(({ kind, generate, value, sha256 }, context) => {
    const refuse = (field: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [field], message });
    };
    const sources = [generate, value, sha256].filter((source) => source !== undefined);
    if (sources.length !== 1) refuse('generate', 'give exactly one of generate, value and sha256');
    if (sha256 !== undefined && kind !== 'api_key') refuse('sha256', 'sha256 is for API keys only');
    if (value === undefined) return;
    const fault = (kind === 'api_key' ? apiKeyValue : hmacSecretValue).safeParse(value).error?.issues[0];
    if (fault) refuse('value', fault.message);
  });

export type CredentialInput = z.output<typeof credentialSchema>;

/** How long the old credential stays good after a rotation. */
export const rotationSchema = z.strictObject({
  overlap_seconds: wholeNumber(0, 365 * DAY_SECONDS).default(DAY_SECONDS),
});

export type RotationInput = z.output<typeof rotationSchema>;
