import { Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import { z } from 'zod';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import type { Change } from '../admin-api/change';
import { ChangeBody } from '../admin-api/change-body.decorator';
import { IfMatch } from '../admin-api/if-match.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery, type ListQueryOf } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { type WebhookSourceInput, webhookSourceSchema } from './webhook-source.schema';
import type { NewWebhookSourceView, WebhookSourceView } from './webhook-source.view';
import { WebhookSourcesService } from './webhook-sources.service';

@AdminController('webhook-sources')
export class WebhookSourcesController {
  constructor(private readonly sources: WebhookSourcesService) {}

  @Get()
  @AdminRole('viewer')
  list(
    @ListQuery({ name: z.string().optional() }) query: ListQueryOf<{ name?: string }>,
  ): Promise<Page<WebhookSourceView>> {
    return this.sources.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('webhook source') id: string): Promise<WebhookSourceView> {
    return this.sources.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(webhookSourceSchema) input: WebhookSourceInput): Promise<Written<NewWebhookSourceView>> {
    return this.sources.create(input);
  }

  @Put(':id')
  @AdminRole('operator')
  replace(
    @PathId('webhook source') id: string,
    @ChangeBody(webhookSourceSchema) change: Change,
  ): Promise<Written<WebhookSourceView>> {
    return this.sources.update(id, change);
  }

  @Patch(':id')
  @AdminRole('operator')
  merge(
    @PathId('webhook source') id: string,
    @ChangeBody(webhookSourceSchema) change: Change,
  ): Promise<Written<WebhookSourceView>> {
    return this.sources.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('webhook source') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.sources.remove(id, ifMatch);
  }
}
