import { z } from 'zod';
import type { ListQueryOf } from '../admin-api/list-query.decorator';

/** The filters of the client list. */
export const clientFilters = {
  client_name: z.string().optional(),
  alias: z.string().optional(),
  status: z.enum(['active', 'suspended', 'revoked']).optional(),
  tenant: z.string().optional(),
};

export type ClientQuery = ListQueryOf<z.output<z.ZodObject<typeof clientFilters>>>;
