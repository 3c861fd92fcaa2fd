import { z } from 'zod';
import type { ListQueryOf } from '../admin-api/list-query.decorator';
import { ADMIN_ROLES } from '../admin-tokens/admin-role';
import { emailSchema } from './email.schema';

/** The filters of the list of admins. */
export const adminFilters = { email: emailSchema.optional(), role: z.enum(ADMIN_ROLES).optional() };

export type AdminQuery = ListQueryOf<z.output<z.ZodObject<typeof adminFilters>>>;
