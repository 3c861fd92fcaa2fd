import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { newUuid } from '../core/new-uuid';
import { SecretKeys } from '../secrets/secret-keys';
import { digestPersonToken, isWellFormedPersonToken, mintPersonToken } from '../sessions/person-token';
import { toSubject, toUserId } from '../sessions/subject';
import { USER_DIRECTORY, type User, type UserDirectory, type UserId } from '../users/user-directory';
import { type OneTimePurpose, OneTimeTokenEntity } from './one-time-token.entity';

const PREFIX = 'gwo_';
const HOUR_MS = 3_600_000;
const LIFE_MS: Record<OneTimePurpose, number> = { verify: 24 * HOUR_MS, reset: HOUR_MS };

/** A token that is good, and whose it is. */
export interface FoundOneTimeToken {
  readonly user: User;
  readonly row: OneTimeTokenEntity;
}

/** The tokens that are sent by mail; each works once, and a new one takes the place of those before. */
@Injectable()
export class OneTimeTokens {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(USER_DIRECTORY) private readonly users: UserDirectory,
    private readonly keys: SecretKeys,
  ) {}

  /** A new token of a user. */
  async issue(purpose: OneTimePurpose, { userId, login }: User, nowMs: number): Promise<string> {
    const token = mintPersonToken(PREFIX);
    const row: OneTimeTokenEntity = {
      oneTimeTokenId: newUuid(),
      purpose,
      subject: toSubject(userId),
      login,
      digest: this.digest(token),
      createdAt: new Date(nowMs),
      expiresAt: new Date(nowMs + LIFE_MS[purpose]),
    };
    await this.dataSource.transaction(async (manager) => {
      await manager.delete(OneTimeTokenEntity, { subject: row.subject, purpose });
      await manager.delete(OneTimeTokenEntity, { expiresAt: LessThan(new Date(nowMs)) });
      await manager.insert(OneTimeTokenEntity, row);
    });
    return token;
  }

  /** The token with its user, undefined when it does not count (any more). It stays good. */
  async find(purpose: OneTimePurpose, token: string, nowMs: number): Promise<FoundOneTimeToken | undefined> {
    if (!isWellFormedPersonToken(token, PREFIX)) return undefined;
    const row = await this.dataSource.manager.findOneBy(OneTimeTokenEntity, { purpose, digest: this.digest(token) });
    if (!row || row.expiresAt.getTime() <= nowMs) return undefined;
    const user = await this.users.findById(toUserId(row.subject));
    return user?.isActive && user.login === row.login ? { user, row } : undefined;
  }

  /** Uses a token up; false when somebody else just did. */
  async use({ row }: FoundOneTimeToken): Promise<boolean> {
    const { oneTimeTokenId } = row;
    return (await this.dataSource.manager.delete(OneTimeTokenEntity, { oneTimeTokenId })).affected === 1;
  }

  /** Nothing that was sent to a user for a purpose counts any more. */
  async forget(purpose: OneTimePurpose, userId: UserId): Promise<void> {
    await this.dataSource.manager.delete(OneTimeTokenEntity, { subject: toSubject(userId), purpose });
  }

  private digest(token: string): string {
    return digestPersonToken(token, this.keys.personTokenPepper);
  }
}
