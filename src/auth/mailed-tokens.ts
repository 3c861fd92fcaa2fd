import { Inject, Injectable } from '@nestjs/common';
import { isMailAddress } from '../mail/mail';
import { MailQueue } from '../mail/mail-queue';
import { PersonMails } from '../mail/person-mails';
import { RequestThrottle } from '../throttling/request-throttle';
import { USER_DIRECTORY, type User, type UserDirectory } from '../users/user-directory';
import { OneTimeTokens } from './one-time-tokens';

/** Sends people tokens; everything is done behind the reply, so that it tells nothing. */
@Injectable()
export class MailedTokens {
  constructor(
    private readonly queue: MailQueue,
    private readonly mails: PersonMails,
    private readonly oneTime: OneTimeTokens,
    private readonly throttle: RequestThrottle,
    @Inject(USER_DIRECTORY) private readonly users: UserDirectory,
  ) {}

  sendVerification(user: User): void {
    this.queue.add(async () => {
      if (!(await this.throttle.tryTakeMail(user.login))) return undefined;
      return this.mails.verification(user.login, await this.oneTime.issue('verify', user, Date.now()));
    });
  }

  /** Sends nothing where nobody has that login, or has had three mails lately. */
  sendReset(login: string): void {
    this.queue.add(async () => {
      if (!(await this.throttle.tryTakeMail(login))) return undefined;
      const user = await this.users.findByLogin(login);
      if (!user?.isActive || !isMailAddress(user.login)) return undefined;
      return this.mails.passwordReset(user.login, await this.oneTime.issue('reset', user, Date.now()));
    });
  }
}
