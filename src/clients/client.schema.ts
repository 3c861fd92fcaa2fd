import { z } from 'zod';
import { line } from '../admin-api/fields';
import { isUuid } from '../core/is-uuid';
import { apiKeyValue, hmacSecretValue } from './secret-value.schema';

const STATUSES = ['active', 'suspended', 'revoked'] as const;

const status = z.enum(STATUSES, `status must be one of ${STATUSES.join(', ')}`);

/** An alias stands where a client id could stand in a signed header: it must fit there, and never be taken for an id. */
const alias = line('alias', 255)
  .regex(/^[\x21\x23-\x2b\x2d-\x7e]+$/, 'alias must be visible ASCII without quotes and commas')
  .refine((text) => !isUuid(text), 'alias must not look like a client id');

const fields = {
  client_name: line('client_name', 255),
  alias: alias.nullable().default(null),
  tenant: line('tenant', 255).nullable().default(null),
};

function credential(name: string, value: z.ZodType<string>) {
  const error = `${name} must be null, {"generate": true}, or {"value": "..."}`;
  const generated = z.strictObject({ generate: z.literal(true) });
  return z
    .union([generated, z.strictObject({ value })], error)
    .nullable()
    .default(null);
}

/** A client as POST takes it, with its first credentials. */
export const newClientSchema = z.strictObject({
  ...fields,
  status: status.default('active'),
  api_key: credential('api_key', apiKeyValue),
  shared_secret: credential('shared_secret', hmacSecretValue),
});

/** A client as PUT takes it. The status has no default here: leaving it out must not make a suspended client active. */
export const clientSchema = z.strictObject({ ...fields, status });

export type NewClientInput = z.output<typeof newClientSchema>;
