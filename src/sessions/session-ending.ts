import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, IsNull, MoreThan, Not } from 'typeorm';
import { type PolicyTransaction, PolicyWriter } from '../database/policy-writer';
import { SessionRevocations } from '../own-issuer/session-revocations';
import type { UserId } from '../users/user-directory';
import { SessionEntity } from './session.entity';
import { toSubject } from './subject';

/** Longer than clocks differ. */
const MARGIN_MS = 60_000;
/** Well under the 2100 parameters that one statement may have on Microsoft SQL Server. */
const BATCH = 1_000;

/** Ends sessions, with every access token of theirs: in force on the next request at every entrance. */
@Injectable()
export class SessionEnding {
  constructor(
    private readonly writer: PolicyWriter,
    private readonly revocations: SessionRevocations,
  ) {}

  /** Ends one session; the revision since which it counts no more. One that has ended stays so. */
  async end(sessionId: string): Promise<number> {
    return (await this.writer.write((tx) => this.endWithin(tx, { sessionId }))).revision;
  }

  /** Ends every session of a user, or every other one. */
  async endAll(userId: UserId, exceptSessionId?: string): Promise<void> {
    const where: FindOptionsWhere<SessionEntity> = { subject: toSubject(userId) };
    if (exceptSessionId !== undefined) where.sessionId = Not(exceptSessionId);
    await this.writer.write((tx) => this.endWithin(tx, where));
  }

  /** Ends every session of a user as part of another change. */
  endAllWithin(tx: PolicyTransaction, userId: UserId): Promise<void> {
    return this.endWithin(tx, { subject: toSubject(userId) });
  }

  /** Marked first: a refresh under way either sees the mark, or has told when its access token ends. */
  private async endWithin(tx: PolicyTransaction, where: FindOptionsWhere<SessionEntity>): Promise<void> {
    const { manager } = tx;
    const now = new Date();
    const found = await manager.find(SessionEntity, {
      where: { ...where, revokedAt: IsNull() },
      select: { sessionId: true },
    });
    for (let start = 0; start < found.length; start += BATCH) {
      const sessionId = In(found.slice(start, start + BATCH).map((session) => session.sessionId));
      await manager.update(SessionEntity, { sessionId, revokedAt: IsNull() }, { revokedAt: now, expiresAt: now });
      const accessExpiresAt = MoreThan(new Date(now.getTime() - MARGIN_MS));
      for (const session of await manager.findBy(SessionEntity, { sessionId, accessExpiresAt })) {
        const until = new Date(session.accessExpiresAt.getTime() + MARGIN_MS);
        await this.revocations.revoke(tx, session.sessionId, until);
      }
    }
  }
}
