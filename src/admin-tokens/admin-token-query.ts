import { z } from 'zod';
import type { ListQueryOf } from '../admin-api/list-query.decorator';
import { ADMIN_ROLES } from './admin-role';

/** The filters of the admin token list. */
export const adminTokenFilters = { name: z.string().optional(), role: z.enum(ADMIN_ROLES).optional() };

export type AdminTokenQuery = ListQueryOf<z.output<z.ZodObject<typeof adminTokenFilters>>>;
