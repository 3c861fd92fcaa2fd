import { z } from 'zod';
import { choices } from '../admin-api/fields';
import { httpUrlSchema } from '../admin-api/http-url.schema';
import { EVENT_TYPES } from '../database/event-type';

/** A webhook as POST, PUT and PATCH take it; its secret is made here. */
export const webhookSchema = z.strictObject({
  url: httpUrlSchema,
  events: choices('events', EVENT_TYPES),
  enabled: z.boolean().default(true),
});

export type WebhookInput = z.output<typeof webhookSchema>;
