import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { mintSecret } from '../core/credentials/minted-secret';
import { INBOUND_EVENT_TYPES } from './inbound-event-type';
import type { SchemeName } from './signature-scheme';

const SECRET_BYTES = 32;
const BASE64 = /^(?:whsec_)?((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;
/** What Standard Webhooks asks of a secret. */
const MIN_KEY_BYTES = 24;

/** The name of the source that is built in. */
export const AEGIS = 'aegis';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'name must be 1 to 64 of a-z, 0-9, _ and -, and not begin with a sign')
  .refine((text) => text !== AEGIS, 'the name aegis is taken by the source that AEGIS_WEBHOOK_SECRET opens');

const secret = z
  .string()
  .min(16, 'secret must have at least 16 characters')
  .max(1024)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'secret must not contain control characters')
  .refine((text) => text.isWellFormed(), 'secret must be well-formed text');

const fields = {
  name,
  scheme: z.enum(['standard', 'timestamped']),
  events: z
    .array(z.enum(INBOUND_EVENT_TYPES))
    .max(100)
    .default([])
    .transform((list) => [...new Set(list)]),
  enabled: z.boolean().default(true),
  secret: secret.optional(),
};

/** A source as the admin API takes it: a secret that is left out is made, and stays after that. */
export const webhookSourceSchema = z.strictObject(fields).superRefine(assertSecretFits);

export type WebhookSourceInput = z.output<typeof webhookSourceSchema>;

/** A fresh secret in the form its scheme uses. */
export function mintWebhookSecret(scheme: SchemeName): string {
  if (scheme === 'standard') return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  return mintSecret('gw_webhook_');
}

/** A secret of Standard Webhooks is base64: anything else would be read as another, shorter key. */
function isStandardSecret(text: string): boolean {
  const [, base64] = BASE64.exec(text) ?? [];
  return base64 !== undefined && Buffer.from(base64, 'base64').length >= MIN_KEY_BYTES;
}

function assertSecretFits(input: { scheme: SchemeName; secret?: string | undefined }, context: z.RefinementCtx): void {
  if (input.scheme !== 'standard' || input.secret === undefined || isStandardSecret(input.secret)) return;
  const message = `secret must be base64 of at least ${MIN_KEY_BYTES} bytes, with or without whsec_ before it`;
  context.addIssue({ code: 'custom', path: ['secret'], message });
}
