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
import { type ServiceInput, serviceSchema } from './service.schema';
import type { ServiceView } from './service.view';
import { ServicesService } from './services.service';

@AdminController('services')
export class ServicesController {
  constructor(private readonly services: ServicesService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery({ name: z.string().optional() }) query: ListQueryOf<{ name?: string }>): Promise<Page<ServiceView>> {
    return this.services.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('service') id: string): Promise<ServiceView> {
    return this.services.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(serviceSchema) input: ServiceInput): Promise<Written<ServiceView>> {
    return this.services.create(input);
  }

  @Put(':id')
  @AdminRole('operator')
  replace(@PathId('service') id: string, @ChangeBody(serviceSchema) change: Change): Promise<Written<ServiceView>> {
    return this.services.update(id, change);
  }

  @Patch(':id')
  @AdminRole('operator')
  merge(@PathId('service') id: string, @ChangeBody(serviceSchema) change: Change): Promise<Written<ServiceView>> {
    return this.services.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('service') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.services.remove(id, ifMatch);
  }
}
