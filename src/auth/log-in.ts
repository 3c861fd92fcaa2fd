import { Inject, Injectable } from '@nestjs/common';
import { SessionEnding } from '../sessions/session-ending';
import { type SessionOrigin, SessionsService } from '../sessions/sessions.service';
import type { TokenReply } from '../sessions/token-reply';
import { PasswordHasher } from '../users/passwords/password-hasher';
import { USER_DIRECTORY, type User, type UserDirectory } from '../users/user-directory';
import { PasswordCheck } from './password-check';

/** A log-in as it was asked for. */
export interface LogInRequest {
  readonly login: string;
  readonly password: string;
  readonly origin: SessionOrigin;
}

/** Exchanges passwords for sessions. */
@Injectable()
export class LogIn {
  constructor(
    private readonly passwords: PasswordCheck,
    private readonly sessions: SessionsService,
    private readonly ending: SessionEnding,
    @Inject(USER_DIRECTORY) private readonly users: UserDirectory,
    private readonly hasher: PasswordHasher,
  ) {}

  /** The tokens of a new session, undefined when the log-in was wrong. @throws GatewardenError rate_limit_exceeded */
  async logIn({ login, password, origin }: LogInRequest): Promise<TokenReply | undefined> {
    const user = await this.passwords.check({ login, password, address: origin.ip });
    if (!user) return undefined;
    const { sessionId, reply } = await this.sessions.open(user, origin, Date.now());
    if (await this.stillMay(user, password)) return reply;
    await this.ending.end(sessionId);
    return undefined;
  }

  /** What ended every session of the user while the password was verified has not seen this one. */
  private async stillMay({ userId, passwordHash }: User, password: string): Promise<boolean> {
    const latest = await this.users.findById(userId);
    if (!latest?.isActive) return false;
    if (latest.passwordHash === passwordHash) return true;
    return (await this.hasher.verify(password, latest.passwordHash)).isRight;
  }
}
