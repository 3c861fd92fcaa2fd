import { Inject, Injectable } from '@nestjs/common';
import { invalidField } from '../errors/refusals';
import { SessionEnding } from '../sessions/session-ending';
import { PasswordHasher } from '../users/passwords/password-hasher';
import { USER_DIRECTORY, type User, type UserDirectory } from '../users/user-directory';
import { OneTimeTokens } from './one-time-tokens';

/** Gives users new passwords. */
@Injectable()
export class NewPassword {
  constructor(
    private readonly hasher: PasswordHasher,
    @Inject(USER_DIRECTORY) private readonly users: UserDirectory,
    private readonly ending: SessionEnding,
    private readonly oneTime: OneTimeTokens,
  ) {}

  /** @throws GatewardenError request_invalid, at this field, for a password that is refused */
  assertUsable(password: string, pointer: string): void {
    const fault = this.hasher.findFault(password);
    if (fault !== undefined) throw invalidField(pointer, fault);
  }

  hash(password: string, replaced?: string): Promise<string> {
    return this.hasher.hash(password, replaced);
  }

  /** Sets a hash; every session but this one ends, and so does what was mailed to reset the password. */
  async set({ userId }: User, passwordHash: string, exceptSessionId?: string): Promise<void> {
    await this.users.setPasswordHash(userId, passwordHash);
    await this.oneTime.forget('reset', userId);
    await this.ending.endAll(userId, exceptSessionId);
  }
}
