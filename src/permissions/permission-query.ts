import { z } from 'zod';
import type { ListQueryOf } from '../admin-api/list-query.decorator';

const id = z.uuid().toLowerCase().optional();

/** The filters of the permission list. */
export const permissionFilters = { client_id: id, route_id: id };

export type PermissionQuery = ListQueryOf<z.output<z.ZodObject<typeof permissionFilters>>>;
