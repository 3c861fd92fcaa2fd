import { Inject, Injectable, Logger } from '@nestjs/common';
import { toSentence } from '../errors/to-sentence';
import { SessionsService } from '../sessions/sessions.service';
import { FailedLogins, type LoginAttempt } from '../throttling/failed-logins';
import { PasswordHasher } from '../users/passwords/password-hasher';
import { WorkQueue } from '../users/passwords/work-queue';
import { USER_DIRECTORY, type User, type UserDirectory } from '../users/user-directory';
import { LoginQueue } from './login-queue';
import { tooBusy } from './too-busy';

/**
 * Two, so that one can be looked up or counted while the other is verified: no more pass unseen when many come at once,
 * and the event loop has no more to do at a time.
 */
const TURNS = { concurrency: 2, waiting: 1000 };

/** A password to check, and where it comes from. */
export interface PasswordAttempt extends LoginAttempt {
  readonly password: string;
}

/** Checks passwords: as often as the limits allow, and in a time that does not tell whether there is such a user. */
@Injectable()
export class PasswordCheck {
  private readonly logger = new Logger(PasswordCheck.name);
  private readonly turns = new WorkQueue(TURNS, tooBusy);

  constructor(
    @Inject(USER_DIRECTORY) private readonly users: UserDirectory,
    private readonly hasher: PasswordHasher,
    private readonly failed: FailedLogins,
    private readonly queue: LoginQueue,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * The active user whose password it is, otherwise undefined.
   * @throws GatewardenError rate_limit_exceeded, without having verified anything
   */
  async check(attempt: PasswordAttempt): Promise<User | undefined> {
    await this.failed.admit(attempt);
    if (await this.failed.isBesieged(attempt)) await this.waitUnlessKnown(attempt);
    return this.turns.run(() => this.verify(attempt));
  }

  private async waitUnlessKnown({ login, address }: PasswordAttempt): Promise<void> {
    const user = await this.users.findByLogin(login);
    if (!(await this.sessions.hasBeenAt(user?.userId, address))) await this.queue.wait(login.toLowerCase());
  }

  /** What failed while this one waited counts. */
  private async verify(attempt: PasswordAttempt): Promise<User | undefined> {
    await this.failed.admit(attempt);
    const user = await this.users.findByLogin(attempt.login);
    const { isRight, needsRehash } = await this.hasher.verify(attempt.password, user?.passwordHash);
    if (!isRight || !user?.isActive) {
      await this.failed.count(attempt);
      return undefined;
    }
    return needsRehash ? this.rehash(user, attempt.password) : user;
  }

  /** Whoever just got a new password keeps it, and a table that takes no changes stops nobody from logging in. */
  private async rehash(user: User, password: string): Promise<User> {
    try {
      const passwordHash = await this.hasher.hash(password, user.passwordHash);
      const latest = await this.users.findById(user.userId);
      if (latest?.passwordHash !== user.passwordHash) return user;
      await this.users.setPasswordHash(user.userId, passwordHash);
      return { ...user, passwordHash };
    } catch (error) {
      this.logger.warn(`a password could not be hashed anew: ${toSentence(error)}`);
      return user;
    }
  }
}
