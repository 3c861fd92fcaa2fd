import { z } from 'zod';
import type { ListQueryOf } from '../admin-api/list-query.decorator';

/** The filters of the list of daily limits. */
export const rateLimitFilters = { client_id: z.uuid().toLowerCase().optional() };

export type RateLimitQuery = ListQueryOf<z.output<z.ZodObject<typeof rateLimitFilters>>>;
