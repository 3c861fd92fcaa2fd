import { Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
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
import { type NewPermissionInput, newPermissionSchema, permissionSchema } from './permission.schema';
import type { PermissionView } from './permission.view';
import { type PermissionQuery, permissionFilters } from './permission-query';
import { PermissionsService } from './permissions.service';

@AdminController('permissions')
export class PermissionsController {
  constructor(private readonly permissions: PermissionsService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery(permissionFilters) query: PermissionQuery): Promise<Page<PermissionView>> {
    return this.permissions.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('permission') id: string): Promise<PermissionView> {
    return this.permissions.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(newPermissionSchema) input: NewPermissionInput): Promise<Written<PermissionView>> {
    return this.permissions.create(input);
  }

  @Put(':id')
  @AdminRole('operator')
  replace(
    @PathId('permission') id: string,
    @ChangeBody(permissionSchema) change: Change,
  ): Promise<Written<PermissionView>> {
    return this.permissions.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('permission') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.permissions.remove(id, ifMatch);
  }
}
