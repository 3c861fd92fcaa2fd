import { z } from 'zod';
import { choices, line } from '../admin-api/fields';
import { clientSchema } from '../clients/client.schema';
import { credentialSchema } from '../clients/credential.schema';
import { hmacSecretValue } from '../clients/secret-value.schema';
import { METHODS } from '../core/method';
import { issuerSchema } from '../issuers/issuer.schema';
import { rateLimitSchema } from '../limits/rate-limit.schema';
import { newProtectKeySchema } from '../protect-keys/protect-key.schema';
import { routeSchema } from '../routes/route.schema';
import { serviceSchema } from '../services/service.schema';
import { webhookSchema } from '../webhooks/webhook.schema';
import { routeReference } from './route-reference';

const client = line('client', 255);
const NO_GENERATED = 'generate is not for files: nobody would be shown the secret';
const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/;

const { expires_at, app } = newProtectKeySchema.shape;

/** The fields of each kind of object in a declarative file or a bulk load; others are referred to by their names. */
export const DECLARED_SCHEMAS = {
  issuer: issuerSchema,
  service: serviceSchema,
  route: routeSchema,
  client: z.strictObject({
    ...clientSchema.shape,
    client_id: z.uuid().toLowerCase().optional(),
    status: clientSchema.shape.status.default('active'),
    credentials: z
      .array(
        credentialSchema.refine(({ generate }) => generate === undefined, { error: NO_GENERATED, path: ['generate'] }),
      )
      .max(100)
      .default([]),
  }),
  protect_key: z.strictObject({ app, value: hmacSecretValue, expires_at }),
  webhook: webhookSchema.safeExtend({
    secret: z.string().max(200).regex(WEBHOOK_SECRET, 'secret must be whsec_ and base64').optional(),
  }),
  permission: z.strictObject({ client, route: routeReference, allowed_methods: choices('allowed_methods', METHODS) }),
  rate_limit: z.strictObject({ client, ...rateLimitSchema.shape }),
} as const;

export type DeclaredType = keyof typeof DECLARED_SCHEMAS;
export type Declared<T extends DeclaredType> = z.output<(typeof DECLARED_SCHEMAS)[T]>;

/** The kinds in an order in which whatever is referred to comes before what refers to it. */
export const DECLARED_TYPES = Object.keys(DECLARED_SCHEMAS) as DeclaredType[];
