import { randomUUID } from 'node:crypto';
import type { DataSource, Repository } from 'typeorm';
import { isUuid } from '../core/is-uuid';
import { isUniqueViolation } from '../database/constraint-violation';
import { isEmail, toLogin } from './login';
import { UserEntity } from './user.entity';
import type { User, UserDirectory, UserId } from './user-directory';

/** The users the gateway keeps in its own database; they log in by their e-mail address. */
export class OwnUserDirectory implements UserDirectory {
  constructor(private readonly dataSource: DataSource) {}

  async findByLogin(login: string): Promise<User | undefined> {
    const email = toLogin(login);
    const row = email === undefined ? null : await this.users.findOneBy({ email });
    // Some collations take other letters for the same; only the same ones are the same user.
    return row && row.email === email ? toUser(row) : undefined;
  }

  async findById(userId: UserId): Promise<User | undefined> {
    const row = isOwnId(userId) ? await this.users.findOneBy({ userId }) : null;
    return row ? toUser(row) : undefined;
  }

  async insert(login: string, passwordHash: string): Promise<User | undefined> {
    const email = toLogin(login);
    if (email === undefined || !isEmail(email)) throw new Error('an e-mail address that is none was not refused');
    const row = newUser(email, passwordHash);
    try {
      await this.users.insert(row);
      return toUser(row);
    } catch (error) {
      if (isUniqueViolation(error)) return undefined;
      throw error;
    }
  }

  async setPasswordHash(userId: UserId, passwordHash: string): Promise<void> {
    if (isOwnId(userId)) await this.users.update({ userId }, { passwordHash, updatedAt: new Date() });
  }

  async markVerified(userId: UserId): Promise<void> {
    const now = new Date();
    if (isOwnId(userId)) await this.users.update({ userId }, { emailVerifiedAt: now, updatedAt: now });
  }

  private get users(): Repository<UserEntity> {
    return this.dataSource.getRepository(UserEntity);
  }
}

/** A user nobody has given anything yet, not written. */
export function newUser(email: string, passwordHash: string): UserEntity {
  const now = new Date();
  const nothing = { roles: [], tenant: null, active: true, emailVerifiedAt: null };
  return { userId: randomUUID(), email, passwordHash, ...nothing, createdAt: now, updatedAt: now };
}

/** The ids made here are written in lower case. */
function isOwnId(userId: UserId): userId is string {
  return typeof userId === 'string' && isUuid(userId) && userId === userId.toLowerCase();
}

function toUser(row: UserEntity): User {
  return {
    userId: row.userId,
    login: row.email,
    passwordHash: row.passwordHash,
    roles: row.roles,
    tenant: row.tenant ?? undefined,
    isActive: row.active,
    isVerified: row.emailVerifiedAt !== null,
  };
}
