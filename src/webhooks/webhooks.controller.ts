import { Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import type { Change } from '../admin-api/change';
import { ChangeBody } from '../admin-api/change-body.decorator';
import { IfMatch } from '../admin-api/if-match.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery, type ListQueryOf } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { type RotationInput, rotationSchema } from '../clients/credential.schema';
import { AdminRole } from '../guards/admin-role.decorator';
import { type WebhookInput, webhookSchema } from './webhook.schema';
import type { NewWebhookView, WebhookView } from './webhook.view';
import { WebhooksService } from './webhooks.service';

@AdminController('webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery({}) query: ListQueryOf<unknown>): Promise<Page<WebhookView>> {
    return this.webhooks.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('webhook') id: string): Promise<WebhookView> {
    return this.webhooks.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(webhookSchema) input: WebhookInput): Promise<Written<NewWebhookView>> {
    return this.webhooks.create(input);
  }

  @Put(':id')
  @AdminRole('operator')
  replace(@PathId('webhook') id: string, @ChangeBody(webhookSchema) change: Change): Promise<Written<WebhookView>> {
    return this.webhooks.update(id, change);
  }

  @Patch(':id')
  @AdminRole('operator')
  merge(@PathId('webhook') id: string, @ChangeBody(webhookSchema) change: Change): Promise<Written<WebhookView>> {
    return this.webhooks.update(id, change);
  }

  @Post(':id/rotate')
  @AdminRole('operator')
  rotate(
    @PathId('webhook') id: string,
    @JsonBody(rotationSchema) { overlap_seconds }: RotationInput,
  ): Promise<Written<NewWebhookView>> {
    return this.webhooks.rotate(id, overlap_seconds);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('webhook') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.webhooks.remove(id, ifMatch);
  }
}
