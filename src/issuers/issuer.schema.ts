import { z } from 'zod';
import { line, wholeNumber } from '../admin-api/fields';
import { ALGORITHM_NAMES } from '../core/credentials/jwt/signature-algorithm';
import { findIssuerFaults } from './issuer-faults';
import { issuerUrlSchema } from './issuer-url.schema';

const HOUR_SECONDS = 3_600;
const MAX_KEY_LENGTH = 100_000;

const claimPath = line('claim', 200);

/** Which claims mean what; a path such as `realm_access.roles` leads into objects. */
const claims = z.strictObject({
  roles: claimPath.nullable().default('roles'),
  scopes: claimPath.nullable().default('scope'),
  tenant: claimPath.nullable().default('tenant'),
  client: claimPath.nullable().default(null),
  forward: z.array(claimPath).max(50).default([]),
});

const introspection = z.strictObject({
  url: issuerUrlSchema,
  client_id: line('client_id', 255),
  client_secret: z.string().min(1).max(1024).optional(),
  cache_seconds: wholeNumber(0, HOUR_SECONDS).default(30),
});

/** An issuer as POST and PUT take it; secrets are write-only, and one that is left out stays what it was. */
export const issuerSchema = z
  .strictObject({
    name: line('name', 200),
    type: z.enum(['oidc', 'jwks', 'static', 'introspection']),
    issuer: line('issuer', 2048).nullable().default(null),
    jwks_url: issuerUrlSchema.nullable().default(null),
    secret: z.string().min(1, 'secret must not be empty').max(MAX_KEY_LENGTH).nullable().optional(),
    public_key: z.string().trim().min(1).max(MAX_KEY_LENGTH).nullable().default(null),
    introspection: introspection.nullable().default(null),
    audiences: z.array(line('audience', 1024)).max(100).default([]),
    algorithms: z.array(z.enum(ALGORITHM_NAMES)).max(ALGORITHM_NAMES.length).optional(),
    clock_skew_seconds: wholeNumber(0, 60).default(30),
    claims: claims.prefault({}),
    enabled: z.boolean().default(true),
  })
  .superRefine((input, context) => {
    for (const [field, message] of findIssuerFaults(input)) {
      context.addIssue({ code: 'custom', path: [field], message });
    }
  });

export type IssuerInput = z.output<typeof issuerSchema>;

/** What can be changed of the gateway's own issuer; the rest of it follows the settings. */
export const ownIssuerSchema = z.strictObject({
  clock_skew_seconds: wholeNumber(0, 60).default(30),
  claims: z
    .strictObject({
      roles: z.literal('roles').default('roles'),
      scopes: z.literal('scope').default('scope'),
      tenant: z.literal('tenant').default('tenant'),
      client: z.null().default(null),
      forward: claims.shape.forward,
    })
    .prefault({}),
  enabled: z.boolean().default(true),
});

export type OwnIssuerInput = z.output<typeof ownIssuerSchema>;
