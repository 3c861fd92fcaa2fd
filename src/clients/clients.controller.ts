import { Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import type { Change } from '../admin-api/change';
import { ChangeBody } from '../admin-api/change-body.decorator';
import { IfMatch } from '../admin-api/if-match.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { clientSchema, type NewClientInput, newClientSchema } from './client.schema';
import type { ClientView, NewClientView } from './client.view';
import { type ClientQuery, clientFilters } from './client-query';
import { ClientsService } from './clients.service';

@AdminController('clients')
export class ClientsController {
  constructor(private readonly clients: ClientsService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery(clientFilters) query: ClientQuery): Promise<Page<ClientView>> {
    return this.clients.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('client') id: string): Promise<ClientView> {
    return this.clients.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(newClientSchema) input: NewClientInput): Promise<Written<NewClientView>> {
    return this.clients.create(input);
  }

  @Put(':id')
  @AdminRole('operator')
  replace(@PathId('client') id: string, @ChangeBody(clientSchema) change: Change): Promise<Written<ClientView>> {
    return this.clients.update(id, change);
  }

  @Patch(':id')
  @AdminRole('operator')
  merge(@PathId('client') id: string, @ChangeBody(clientSchema) change: Change): Promise<Written<ClientView>> {
    return this.clients.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('client') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.clients.remove(id, ifMatch);
  }
}
