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
import { type AdminCaller, adminIdOf, Caller } from '../guards/admin-caller';
import { AdminRole } from '../guards/admin-role.decorator';
import { type AdminInput, adminSchema } from './admin.schema';
import type { AdminView } from './admin.view';
import { type AdminQuery, adminFilters } from './admin-query';
import { AdminsService } from './admins.service';

@AdminController('admins')
export class AdminsController {
  constructor(private readonly admins: AdminsService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery(adminFilters) query: AdminQuery): Promise<Page<AdminView>> {
    return this.admins.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('admin') id: string): Promise<AdminView> {
    return this.admins.show(id);
  }

  @Post()
  @AdminRole('owner')
  create(@JsonBody(adminSchema) input: AdminInput): Promise<Written<AdminView>> {
    return this.admins.create(input);
  }

  @Put(':id')
  @AdminRole('owner')
  replace(
    @PathId('admin') id: string,
    @ChangeBody(adminSchema) change: Change,
    @Caller() caller: AdminCaller,
  ): Promise<Written<AdminView>> {
    return this.admins.update(id, change, adminIdOf(caller));
  }

  @Patch(':id')
  @AdminRole('owner')
  merge(
    @PathId('admin') id: string,
    @ChangeBody(adminSchema) change: Change,
    @Caller() caller: AdminCaller,
  ): Promise<Written<AdminView>> {
    return this.admins.update(id, change, adminIdOf(caller));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('owner')
  remove(
    @PathId('admin') id: string,
    @IfMatch() ifMatch: string | undefined,
    @Caller() caller: AdminCaller,
  ): Promise<Written<void>> {
    return this.admins.remove(id, ifMatch, adminIdOf(caller));
  }

  @Delete(':id/totp')
  @HttpCode(204)
  @AdminRole('owner')
  resetTotp(@PathId('admin') id: string): Promise<Written<void>> {
    return this.admins.resetTotp(id);
  }
}
