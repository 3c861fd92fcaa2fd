import { Inject, Injectable } from '@nestjs/common';
import { DataSource, MoreThan } from 'typeorm';
import { newUuid } from '../core/new-uuid';
import type { User, UserId } from '../users/user-directory';
import { RefreshTokenEntity } from './refresh-token.entity';
import { SessionEntity } from './session.entity';
import { SessionTokens } from './session-tokens';
import { toSubject } from './subject';
import type { TokenReply } from './token-reply';

const MAX_LOGIN = 320;
const MAX_USER_AGENT = 400;

/** Where a session is opened from. */
export interface SessionOrigin {
  readonly ip: string;
  readonly userAgent: string;
}

/** The log-ins of people. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly tokens: SessionTokens,
  ) {}

  /** Opens a session; its id, and the tokens to answer with. */
  async open(user: User, { ip, userAgent }: SessionOrigin, nowMs: number): Promise<OpenedSession> {
    const sessionId = newUuid();
    const { reply, accessExpiresAt, row } = this.tokens.mint(user, sessionId, nowMs);
    const now = new Date(nowMs);
    const session: SessionEntity = {
      sessionId,
      subject: toSubject(user.userId),
      login: user.login.slice(0, MAX_LOGIN),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: row.expiresAt,
      accessExpiresAt,
      revokedAt: null,
      ip,
      userAgent: userAgent.slice(0, MAX_USER_AGENT),
    };
    await this.dataSource.transaction(async (manager) => {
      await manager.insert(SessionEntity, session);
      await manager.insert(RefreshTokenEntity, row);
    });
    return { sessionId, reply };
  }

  /** The sessions of a user that have not ended, oldest first. */
  listActive(userId: UserId, nowMs: number): Promise<SessionEntity[]> {
    const where = { subject: toSubject(userId), expiresAt: MoreThan(new Date(nowMs)) };
    return this.repository.find({ where, order: { createdAt: 'ASC', sessionId: 'ASC' } });
  }

  /** Whether a user has had a session from an address; for undefined a search of the same cost that finds nothing. */
  hasBeenAt(userId: UserId | undefined, ip: string): Promise<boolean> {
    return this.repository.existsBy({ subject: toSubject(userId ?? newUuid()), ip });
  }

  /** The session a refresh token belongs to, used or not. */
  async findByRefreshToken(refreshToken: string): Promise<string | undefined> {
    const digest = this.tokens.digest(refreshToken);
    if (digest === undefined) return undefined;
    const row = await this.dataSource.getRepository(RefreshTokenEntity).findOneBy({ digest });
    return row?.sessionId;
  }

  private get repository() {
    return this.dataSource.getRepository(SessionEntity);
  }
}

export interface OpenedSession {
  readonly sessionId: string;
  readonly reply: TokenReply;
}
