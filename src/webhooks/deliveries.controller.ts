import { Get, Post } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { ListQuery } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { DeliveriesService } from './deliveries.service';
import type { DeliveryView } from './delivery.view';
import { type DeliveryQuery, deliveryFilters } from './delivery-query';

@AdminController('webhooks/:id/deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Get()
  @AdminRole('viewer')
  list(@PathId('webhook') id: string, @ListQuery(deliveryFilters) query: DeliveryQuery): Promise<Page<DeliveryView>> {
    return this.deliveries.list(id, query);
  }

  @Post(':delivery_id/resend')
  @AdminRole('operator')
  resend(
    @PathId('webhook') id: string,
    @PathId('delivery', 'delivery_id') deliveryId: string,
  ): Promise<Written<DeliveryView>> {
    return this.deliveries.resend(id, deliveryId);
  }
}
