import { Delete, Get, HttpCode } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { ListQuery, type ListQueryOf } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import type { AdminSessionView } from './admin-session.view';
import { AdminSessionsService } from './admin-sessions.service';

/** The sessions of any admin, for owners. */
@AdminController('admins/:id/sessions')
export class AdminSessionsController {
  constructor(private readonly sessions: AdminSessionsService) {}

  @Get()
  @AdminRole('owner')
  list(@PathId('admin') id: string, @ListQuery({}) query: ListQueryOf<object>): Promise<Page<AdminSessionView>> {
    return this.sessions.list(id, query);
  }

  @Delete()
  @HttpCode(204)
  @AdminRole('owner')
  endAll(@PathId('admin') id: string): Promise<void> {
    return this.sessions.endAll(id);
  }

  @Delete(':session_id')
  @HttpCode(204)
  @AdminRole('owner')
  end(@PathId('admin') id: string, @PathId('session', 'session_id') sessionId: string): Promise<void> {
    return this.sessions.end(id, sessionId);
  }
}
