import { z } from 'zod';
import { line, moment } from '../admin-api/fields';

/** A revocation as POST takes it. */
export const revokedTokenSchema = z.strictObject({
  issuer: line('issuer', 200),
  jti: z
    .string()
    .min(1, 'jti must not be empty')
    .max(1024)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL does not fit every database
    .regex(/^[^\u0000]*$/, 'jti must not contain NUL'),
  expires_at: moment.default(null),
});

export type RevokedTokenInput = z.output<typeof revokedTokenSchema>;

/** The filters of the list. */
export const revokedTokenFilters = { issuer: z.string().optional(), jti: z.string().optional() };
