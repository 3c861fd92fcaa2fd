import { z } from 'zod';
import { line, moment } from '../admin-api/fields';
import { hmacSecretValue } from '../clients/secret-value.schema';

const app = line('app', 200);
const expires_at = moment.default(null);

/** A protect key as POST takes it: made here, or one that apps already hold. */
export const newProtectKeySchema = z
  .strictObject({ app, generate: z.literal(true).optional(), value: hmacSecretValue.optional(), expires_at })
  .refine(({ generate, value }) => (generate === undefined) !== (value === undefined), {
    error: 'give either generate or value',
    path: ['generate'],
  });

/** A protect key as PUT and PATCH take it: the key itself stays what it is. */
export const protectKeySchema = z.strictObject({ app, expires_at });

export type NewProtectKeyInput = z.output<typeof newProtectKeySchema>;
