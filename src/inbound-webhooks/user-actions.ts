import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { isUuid } from '../core/is-uuid';
import type { PolicyTransaction } from '../database/policy-writer';
import { toLogin } from '../users/login';
import { UserEntity } from '../users/user.entity';
import { UserChanges } from '../users/user-changes';
import { USER_DIRECTORY, type UserDirectory, type UserId } from '../users/user-directory';
import { type EventAnswer, EventRefused, type InboundEvent, subjectOf } from './event-source';

const NO_USER: EventAnswer = { message: 'No matching user' };

interface Named {
  readonly userId: UserId | undefined;
  readonly email: string | undefined;
}

/** Lets users go whom another service has let go. In a table of the operator's own only their sessions end. */
@Injectable()
export class UserActions {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly changes: UserChanges,
    @Inject(USER_DIRECTORY) private readonly directory: UserDirectory,
  ) {}

  /** Deletes the user, and with it the sessions. */
  async delete(event: InboundEvent, tx: PolicyTransaction): Promise<EventAnswer> {
    const named = namedBy(event);
    if (this.settings.usersDatabaseUrl !== undefined) return this.endSessions(named, tx);
    const user = await findOwn(named, tx);
    if (!user) return NO_USER;
    await tx.manager.delete(UserEntity, { userId: user.userId });
    await this.changes.announceEnded(user.userId, tx);
    return { message: 'User deleted' };
  }

  /** Keeps the user from logging in, and ends the sessions. */
  async disable(event: InboundEvent, tx: PolicyTransaction): Promise<EventAnswer> {
    const named = namedBy(event);
    if (this.settings.usersDatabaseUrl !== undefined) return this.endSessions(named, tx);
    const user = await findOwn(named, tx);
    if (!user) return NO_USER;
    if (!user.active) return { message: 'User already disabled' };
    await tx.manager.update(UserEntity, { userId: user.userId }, { active: false, updatedAt: new Date() });
    await this.changes.announceEnded(user.userId, tx);
    return { message: 'User disabled' };
  }

  /** By id even of a user who is not in the table any more. */
  private async endSessions({ userId, email }: Named, tx: PolicyTransaction): Promise<EventAnswer> {
    const id = userId ?? (email === undefined ? undefined : (await this.directory.findByLogin(email))?.userId);
    if (id === undefined) return NO_USER;
    await this.changes.announceEnded(id, tx);
    return { message: 'Sessions ended' };
  }
}

/** The user of an event: by id, and where that is nobody's by the address. */
async function findOwn({ userId, email }: Named, { manager }: PolicyTransaction): Promise<UserEntity | undefined> {
  const id = typeof userId === 'string' && isUuid(userId) ? userId.toLowerCase() : undefined;
  const byId = id === undefined ? null : await manager.findOneBy(UserEntity, { userId: id });
  if (byId) return byId;
  const login = email === undefined ? undefined : toLogin(email);
  const byEmail = login === undefined ? null : await manager.findOneBy(UserEntity, { email: login });
  // Some collations take other letters for the same; only the same ones are the same user.
  return byEmail?.email === login ? (byEmail ?? undefined) : undefined;
}

function namedBy(event: InboundEvent): Named {
  const { user_id: id, email } = subjectOf(event);
  const userId = isText(id) || Number.isSafeInteger(id) ? (id as UserId) : undefined;
  if (userId === undefined && !isText(email)) throw new EventRefused('Invalid user_id or email');
  return { userId, email: isText(email) ? email : undefined };
}

function isText(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && value.length <= 320 && !value.includes('\0') && value.isWellFormed()
  );
}
