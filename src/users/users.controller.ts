import { Delete, Get, HttpCode, Patch, Post, Put, UseGuards } from '@nestjs/common';
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
import { OwnUsersGuard } from './own-users.guard';
import { type NewUserInput, newUserSchema, userSchema } from './user.schema';
import type { UserView } from './user.view';
import { type UserQuery, userFilters } from './user-query';
import { UsersService } from './users.service';

@AdminController('users')
@UseGuards(OwnUsersGuard)
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery(userFilters) query: UserQuery): Promise<Page<UserView>> {
    return this.users.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('user') id: string): Promise<UserView> {
    return this.users.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(newUserSchema) input: NewUserInput): Promise<Written<UserView>> {
    return this.users.create(input);
  }

  @Put(':id')
  @AdminRole('operator')
  replace(@PathId('user') id: string, @ChangeBody(userSchema) change: Change): Promise<Written<UserView>> {
    return this.users.update(id, change);
  }

  @Patch(':id')
  @AdminRole('operator')
  merge(@PathId('user') id: string, @ChangeBody(userSchema) change: Change): Promise<Written<UserView>> {
    return this.users.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('user') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.users.remove(id, ifMatch);
  }
}
