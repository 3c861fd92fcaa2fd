import { Delete, Get, HttpCode, Inject } from '@nestjs/common';
import { DataSource, In, LessThanOrEqual, MoreThan } from 'typeorm';
import { z } from 'zod';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { ListQuery, type ListQueryOf } from '../admin-api/list-query.decorator';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { notFound } from '../errors/refusals';
import { AdminRole } from '../guards/admin-role.decorator';
import { SessionEntity } from './session.entity';
import { type SessionView, toSessionView } from './session.view';
import { SessionEnding } from './session-ending';
import { toSubject } from './subject';

const filters = { user: z.string().max(300).optional(), active: z.enum(['true', 'false']).optional() };

type SessionQuery = ListQueryOf<{ user?: string; active?: 'true' | 'false' }>;

/** The log-ins of people, for admins: who is in, and out with them. */
@AdminController('sessions')
export class SessionsController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly ending: SessionEnding,
  ) {}

  @Get()
  @AdminRole('viewer')
  async list(@ListQuery(filters) { limit, cursor, user, active }: SessionQuery): Promise<Page<SessionView>> {
    const repository = this.dataSource.getRepository(SessionEntity);
    const where = definedOnly<SessionEntity>({ subject: user === undefined ? undefined : In(subjectsOf(user)) });
    const now = new Date();
    if (active !== undefined) where.expiresAt = active === 'true' ? MoreThan(now) : LessThanOrEqual(now);
    const page = await loadPage(repository, { idColumn: 'sessionId', where, limit, cursor });
    return new Page(page.rows.map(toSessionView), page.total, page.nextCursor);
  }

  @Get(':id')
  @AdminRole('viewer')
  async show(@PathId('session') sessionId: string): Promise<SessionView> {
    return toSessionView(await this.load(sessionId));
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  async remove(@PathId('session') sessionId: string): Promise<Written<void>> {
    await this.load(sessionId);
    return { value: undefined, revision: await this.ending.end(sessionId) };
  }

  private async load(sessionId: string): Promise<SessionEntity> {
    const row = await this.dataSource.getRepository(SessionEntity).findOneBy({ sessionId });
    if (!row) throw notFound('session');
    return row;
  }
}

/** A user is named by the id as it is shown, which does not tell a number from a text. */
function subjectsOf(user: string): string[] {
  const subjects = [toSubject(user)];
  if (/^-?\d{1,15}$/.test(user)) subjects.push(toSubject(Number(user)));
  return subjects;
}
