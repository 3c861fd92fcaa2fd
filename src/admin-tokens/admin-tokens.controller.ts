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
import { type AdminTokenInput, adminTokenSchema } from './admin-token.schema';
import type { AdminTokenView, NewAdminTokenView } from './admin-token.view';
import { type AdminTokenQuery, adminTokenFilters } from './admin-token-query';
import { AdminTokensService } from './admin-tokens.service';

@AdminController('admin-tokens')
export class AdminTokensController {
  constructor(private readonly adminTokens: AdminTokensService) {}

  @Get()
  @AdminRole('owner')
  list(@ListQuery(adminTokenFilters) query: AdminTokenQuery): Promise<Page<AdminTokenView>> {
    return this.adminTokens.list(query);
  }

  @Get(':id')
  @AdminRole('owner')
  show(@PathId('admin token') id: string): Promise<AdminTokenView> {
    return this.adminTokens.show(id);
  }

  @Post()
  @AdminRole('owner')
  create(@JsonBody(adminTokenSchema) input: AdminTokenInput): Promise<Written<NewAdminTokenView>> {
    return this.adminTokens.create(input);
  }

  @Put(':id')
  @AdminRole('owner')
  replace(
    @PathId('admin token') id: string,
    @ChangeBody(adminTokenSchema) change: Change,
  ): Promise<Written<AdminTokenView>> {
    return this.adminTokens.update(id, change);
  }

  @Patch(':id')
  @AdminRole('owner')
  merge(
    @PathId('admin token') id: string,
    @ChangeBody(adminTokenSchema) change: Change,
  ): Promise<Written<AdminTokenView>> {
    return this.adminTokens.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('owner')
  remove(@PathId('admin token') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.adminTokens.remove(id, ifMatch);
  }
}
