import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThan } from 'typeorm';
import type { ListQueryOf } from '../admin-api/list-query.decorator';
import { loadPage } from '../admin-api/load-page';
import { Page } from '../admin-api/page';
import { notFound } from '../errors/refusals';
import { SecretKeys } from '../secrets/secret-keys';
import {
  CODE_MS,
  digestSessionSecret,
  IDLE_MS,
  isLive,
  isWellFormedSessionToken,
  mintSessionToken,
  SESSION_MS,
} from './admin-session';
import { AdminSessionEntity, type LoginMethod } from './admin-session.entity';
import { type AdminSessionView, toAdminSessionView } from './admin-session.view';

const MINUTE_MS = 60_000;

/** Who logged in, how and from where. */
export interface Login {
  readonly adminId: string;
  readonly method: LoginMethod;
  readonly ip: string;
  readonly userAgent: string;
}

/** A session with the token that is shown only now. */
export interface BegunSession {
  readonly token: string;
  readonly session: AdminSessionEntity;
}

/** The sessions of admins: each request reads its own anew, so one that was ended is ended at once. */
@Injectable()
export class AdminSessionsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly keys: SecretKeys,
  ) {}

  /** Begins a session, and clears away those that ran out. */
  async begin(login: Login): Promise<BegunSession> {
    const token = mintSessionToken();
    await this.sessions.delete({ expiresAt: LessThan(new Date()) });
    return { token, session: await this.insert(login, token, { ms: SESSION_MS, isUsed: true }) };
  }

  /** Keeps a session for whoever brings this secret within a minute; until then nobody has it. */
  async prepare(login: Login, secret: string): Promise<void> {
    await this.insert(login, secret, { ms: CODE_MS, isUsed: false });
  }

  /** Hands a prepared session over, to the first who asks; undefined when there is none. */
  async collect(secret: string): Promise<BegunSession | undefined> {
    const session = await this.sessions.findOneBy({ digest: this.digest(secret) });
    const now = new Date();
    if (!session || session.lastUsedAt !== null || session.expiresAt <= now) return undefined;
    const token = mintSessionToken();
    const begun = { digest: this.digest(token), lastUsedAt: now, expiresAt: new Date(now.getTime() + SESSION_MS) };
    // The digest is part of the condition: of two that come together, the second finds it gone.
    const { affected } = await this.sessions.update({ digest: session.digest }, begun);
    return affected === 1 ? { token, session: { ...session, ...begun } } : undefined;
  }

  /** The live session of a token, undefined for any other text. */
  async find(token: string): Promise<AdminSessionEntity | undefined> {
    if (!isWellFormedSessionToken(token)) return undefined;
    const session = await this.sessions.findOneBy({ digest: this.digest(token) });
    const now = new Date();
    if (!session || !isLive(session, now)) return undefined;
    // Once a minute is precise enough, and keeps reads from becoming writes.
    if (now.getTime() - (session.lastUsedAt?.getTime() ?? 0) > MINUTE_MS) {
      await this.sessions.update({ sessionId: session.sessionId }, { lastUsedAt: now });
    }
    return session;
  }

  async list(adminId: string, { limit, cursor }: ListQueryOf<object>): Promise<Page<AdminSessionView>> {
    const now = Date.now();
    const where = { adminId, expiresAt: MoreThan(new Date(now)), lastUsedAt: MoreThan(new Date(now - IDLE_MS)) };
    const { rows, total, nextCursor } = await loadPage(this.sessions, { idColumn: 'sessionId', where, limit, cursor });
    return new Page(rows.map(toAdminSessionView), total, nextCursor);
  }

  /** @throws GatewardenError not_found when the admin has no such session */
  async end(adminId: string, sessionId: string): Promise<void> {
    const { affected } = await this.sessions.delete({ adminId, sessionId });
    if (affected === 0) throw notFound('session');
  }

  async endAll(adminId: string): Promise<void> {
    await this.sessions.delete({ adminId });
  }

  private get sessions() {
    return this.dataSource.getRepository(AdminSessionEntity);
  }

  private async insert(
    login: Login,
    secret: string,
    life: { readonly ms: number; readonly isUsed: boolean },
  ): Promise<AdminSessionEntity> {
    const createdAt = new Date();
    const session: AdminSessionEntity = {
      ...login,
      sessionId: randomUUID(),
      digest: this.digest(secret),
      createdAt,
      lastUsedAt: life.isUsed ? createdAt : null,
      expiresAt: new Date(createdAt.getTime() + life.ms),
    };
    await this.sessions.insert(session);
    return session;
  }

  private digest(secret: string): string {
    return digestSessionSecret(secret, this.keys.adminSessionPepper);
  }
}
