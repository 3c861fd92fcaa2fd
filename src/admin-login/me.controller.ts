import { Delete, Get, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery, type ListQueryOf } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import type { AdminSessionView } from '../admin-sessions/admin-session.view';
import { AdminSessionsService } from '../admin-sessions/admin-sessions.service';
import type { AdminEntity } from '../admins/admin.entity';
import { type AdminCaller, Caller, CallingAdmin } from '../guards/admin-caller';
import { AdminRole } from '../guards/admin-role.decorator';
import { AdminLoginService } from './admin-login.service';
import { type PasswordChangeInput, passwordChangeSchema } from './login.schema';
import { type MeView, toMeView } from './me.view';

/** What an admin may see and do about the own account. */
@AdminController('me')
export class MeController {
  constructor(
    private readonly logins: AdminLoginService,
    private readonly sessions: AdminSessionsService,
  ) {}

  @Get()
  @AdminRole('viewer')
  show(@Caller() caller: AdminCaller): MeView {
    return toMeView(caller);
  }

  @Post('password')
  @HttpCode(204)
  @AdminRole('viewer')
  changePassword(
    @CallingAdmin() admin: AdminEntity,
    @JsonBody(passwordChangeSchema) input: PasswordChangeInput,
    @Req() request: Request,
  ): Promise<void> {
    return this.logins.changePassword(admin, input, request);
  }

  @Get('sessions')
  @AdminRole('viewer')
  listSessions(
    @CallingAdmin() { adminId }: AdminEntity,
    @ListQuery({}) query: ListQueryOf<object>,
  ): Promise<Page<AdminSessionView>> {
    return this.sessions.list(adminId, query);
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @AdminRole('viewer')
  endSession(@CallingAdmin() { adminId }: AdminEntity, @PathId('session') id: string): Promise<void> {
    return this.sessions.end(adminId, id);
  }
}
