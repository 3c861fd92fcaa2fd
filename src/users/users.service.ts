import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { orConflict } from '../admin-api/or-conflict';
import { Page } from '../admin-api/page';
import { PolicyWriter } from '../database/policy-writer';
import { invalidField, notFound } from '../errors/refusals';
import { newUser } from './own-user-directory';
import { PasswordHasher } from './passwords/password-hasher';
import { UserEntity } from './user.entity';
import { type NewUserInput, type UserInput, userSchema } from './user.schema';
import { toUserView, type UserView } from './user.view';
import { UserChanges } from './user-changes';
import type { UserQuery } from './user-query';

const TAKEN = 'a user with that email already exists';

/** The users the gateway keeps. They are not policy, but are written the same way, so writes answer alike. */
@Injectable()
export class UsersService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly hasher: PasswordHasher,
    private readonly changes: UserChanges,
  ) {}

  async list({ limit, cursor, ...filter }: UserQuery): Promise<Page<UserView>> {
    const where = definedOnly<UserEntity>(filter);
    const repository = this.dataSource.getRepository(UserEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'userId', where, limit, cursor });
    return new Page(rows.map(toUserView), total, nextCursor);
  }

  async show(userId: string): Promise<UserView> {
    return toUserView(await loadUser(this.dataSource.manager, userId));
  }

  async create({ email, password, ...rest }: NewUserInput): Promise<Written<UserView>> {
    const row: UserEntity = { ...newUser(email, await this.hash(password)), ...rest };
    return this.writer.write(async ({ manager }) => {
      await orConflict(manager.insert(UserEntity, row), TAKEN);
      return toUserView(row);
    });
  }

  async update(userId: string, change: Change): Promise<Written<UserView>> {
    // Hashing takes long, and a write lets nobody else write.
    const { password } = change.body;
    const passwordHash = typeof password === 'string' ? await this.hash(password) : undefined;
    return this.writer.write(async (tx) => {
      const row = await loadUser(tx.manager, userId);
      const view = toUserView(row);
      assertMatches(change.ifMatch, view);
      const changed = changedRow(row, parseChange(userSchema, change, view), passwordHash);
      await orConflict(tx.manager.save(UserEntity, changed), TAKEN);
      const isEnded = passwordHash !== undefined || (row.active && !changed.active);
      if (isEnded) await this.changes.announceEnded(userId, tx);
      return toUserView(changed);
    });
  }

  remove(userId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      assertMatches(ifMatch, toUserView(await loadUser(tx.manager, userId)));
      await tx.manager.delete(UserEntity, { userId });
      await this.changes.announceEnded(userId, tx);
    });
  }

  private hash(password: string): Promise<string> {
    const fault = this.hasher.findFault(password);
    if (fault !== undefined) throw invalidField('/password', fault);
    return this.hasher.hash(password);
  }
}

/** Another address is one that nobody has shown to be the user's. */
function changedRow(row: UserEntity, input: UserInput, passwordHash = row.passwordHash): UserEntity {
  const { email, roles, tenant, active } = input;
  const emailVerifiedAt = email === row.email ? row.emailVerifiedAt : null;
  return { ...row, email, roles, tenant, active, emailVerifiedAt, passwordHash, updatedAt: new Date() };
}

async function loadUser(manager: EntityManager, userId: string): Promise<UserEntity> {
  const row = await manager.findOneBy(UserEntity, { userId });
  if (!row) throw notFound('user');
  return row;
}
