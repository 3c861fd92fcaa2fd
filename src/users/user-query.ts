import { z } from 'zod';
import type { ListQueryOf } from '../admin-api/list-query.decorator';

/** The filters of the user list. */
export const userFilters = {
  email: z.string().trim().toLowerCase().optional(),
  active: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  tenant: z.string().optional(),
};

export type UserQuery = ListQueryOf<z.output<z.ZodObject<typeof userFilters>>>;
