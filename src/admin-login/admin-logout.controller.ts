import { HttpCode, Post } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { AdminSessionsService } from '../admin-sessions/admin-sessions.service';
import { conflict } from '../errors/refusals';
import { type AdminCaller, Caller } from '../guards/admin-caller';
import { AdminRole } from '../guards/admin-role.decorator';

@AdminController('logout')
export class AdminLogoutController {
  constructor(private readonly sessions: AdminSessionsService) {}

  @Post()
  @HttpCode(204)
  @AdminRole('viewer')
  async logOut(@Caller() caller: AdminCaller): Promise<void> {
    if (caller.by === 'token' || caller.sessionId === undefined) {
      throw conflict('this token is not of a session, so there is nothing to end');
    }
    await this.sessions.end(caller.admin.adminId, caller.sessionId);
  }
}
