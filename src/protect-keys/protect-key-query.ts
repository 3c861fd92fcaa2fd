import { z } from 'zod';
import type { ListQueryOf } from '../admin-api/list-query.decorator';

/** The filters of the list of protect keys. */
export const protectKeyFilters = { app: z.string().optional() };

export type ProtectKeyQuery = ListQueryOf<z.output<z.ZodObject<typeof protectKeyFilters>>>;
