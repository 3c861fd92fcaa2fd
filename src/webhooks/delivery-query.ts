import { z } from 'zod';
import type { ListQueryOf } from '../admin-api/list-query.decorator';
import { EVENT_TYPES } from '../database/event-type';
import { DELIVERY_STATUSES } from './webhook-delivery.entity';

/** The filters of the delivery log. */
export const deliveryFilters = {
  status: z.enum(DELIVERY_STATUSES).optional(),
  type: z.enum(EVENT_TYPES).optional(),
};

export type DeliveryQuery = ListQueryOf<z.output<z.ZodObject<typeof deliveryFilters>>>;
