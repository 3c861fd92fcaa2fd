import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { SecretCipher } from '../secrets/secret-cipher';
import { USER_DIRECTORY, type User, type UserDirectory } from '../users/user-directory';
import { RefreshTokenEntity } from './refresh-token.entity';
import { SessionEntity } from './session.entity';
import { SessionEnding } from './session-ending';
import { type MintedPair, SessionTokens } from './session-tokens';
import { toUserId } from './subject';
import type { TokenReply } from './token-reply';

/** How long a refresh token that was used is answered again: its reply may have been lost, or asked for twice at once. */
export const GRACE_MS = 30_000;

/** Exchanges refresh tokens for their successors. */
@Injectable()
export class SessionRefresh {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(USER_DIRECTORY) private readonly users: UserDirectory,
    private readonly tokens: SessionTokens,
    private readonly ending: SessionEnding,
    private readonly cipher: SecretCipher,
  ) {}

  /**
   * The successors of a refresh token, the same again for half a minute; undefined for any that does not count. One that
   * is used later still has been stolen, or its successor has: the session ends.
   */
  async refresh(refreshToken: string, nowMs: number): Promise<TokenReply | undefined> {
    const digest = this.tokens.digest(refreshToken);
    if (digest === undefined) return undefined;
    const found = await this.find(digest, nowMs);
    if (!found) return undefined;
    if (found.row.replacedAt) return this.answerAgain(found.row, nowMs);
    const user = await this.users.findById(toUserId(found.session.subject));
    if (!user?.isActive) {
      await this.ending.end(found.session.sessionId);
      return undefined;
    }
    return (await this.replace(found.row, user, nowMs)) ?? this.answerLoser(digest, nowMs);
  }

  /** The token with its session, as long as both count. */
  private async find(digest: string, nowMs: number): Promise<FoundToken | undefined> {
    const { manager } = this.dataSource;
    const row = await manager.findOneBy(RefreshTokenEntity, { digest });
    if (!row || row.expiresAt.getTime() <= nowMs) return undefined;
    const session = await manager.findOneBy(SessionEntity, { sessionId: row.sessionId });
    return session && !session.revokedAt ? { row, session } : undefined;
  }

  private async answerAgain(row: RefreshTokenEntity, nowMs: number): Promise<TokenReply | undefined> {
    const { replacedAt, successor, refreshTokenId } = row;
    if (replacedAt && successor !== null && nowMs - replacedAt.getTime() <= GRACE_MS) {
      return JSON.parse(this.cipher.decrypt(successor, contextOf(refreshTokenId)));
    }
    await this.ending.end(row.sessionId);
    return undefined;
  }

  /** Of many at once, the database lets one replace the token; the others answer what that one did. */
  private async answerLoser(digest: string, nowMs: number): Promise<TokenReply | undefined> {
    const found = await this.find(digest, nowMs);
    return found?.row.replacedAt ? this.answerAgain(found.row, nowMs) : undefined;
  }

  /** Undefined when the token was replaced meanwhile, or its session has ended. */
  private async replace(row: RefreshTokenEntity, user: User, nowMs: number): Promise<TokenReply | undefined> {
    const { refreshTokenId, sessionId } = row;
    const minted = this.tokens.mint(user, sessionId, nowMs);
    const successor = this.cipher.encrypt(JSON.stringify(minted.reply), contextOf(refreshTokenId));
    const replacement = { replacedAt: new Date(nowMs), successor };
    const isReplaced = await this.dataSource.transaction(async (manager) => {
      const one = await manager.update(RefreshTokenEntity, { refreshTokenId, replacedAt: IsNull() }, replacement);
      if (one.affected !== 1) return false;
      const alive = await manager.update(SessionEntity, { sessionId, revokedAt: IsNull() }, useOf(minted, nowMs));
      if (alive.affected !== 1) return false;
      await manager.insert(RefreshTokenEntity, minted.row);
      return true;
    });
    return isReplaced ? minted.reply : undefined;
  }
}

interface FoundToken {
  readonly row: RefreshTokenEntity;
  readonly session: SessionEntity;
}

function useOf({ accessExpiresAt, row }: MintedPair, nowMs: number): Partial<SessionEntity> {
  return { lastUsedAt: new Date(nowMs), expiresAt: row.expiresAt, accessExpiresAt };
}

function contextOf(refreshTokenId: string): string {
  return `refresh_token:${refreshTokenId}`;
}
