import { z } from 'zod';
import type { ListQueryOf } from '../admin-api/list-query.decorator';

/** The filters of the route list. */
export const routeFilters = {
  domain: z.string().optional(),
  route_pattern: z.string().optional(),
  service_name: z.string().optional(),
  service_id: z.uuid().toLowerCase().optional(),
};

export type RouteFilters = z.output<z.ZodObject<typeof routeFilters>>;
export type RouteQuery = ListQueryOf<RouteFilters>;
