import { Inject, Injectable } from '@nestjs/common';
import { GatewardenError } from '../errors/gatewarden-error';
import { isMailAddress } from '../mail/mail';
import { RequestThrottle } from '../throttling/request-throttle';
import { USER_DIRECTORY, type UserDirectory } from '../users/user-directory';
import { MailedTokens } from './mailed-tokens';
import { NewPassword } from './new-password';
import { Registration } from './registration';

/** Lets people make their accounts. */
@Injectable()
export class Registrar {
  constructor(
    private readonly registration: Registration,
    private readonly throttle: RequestThrottle,
    private readonly newPassword: NewPassword,
    @Inject(USER_DIRECTORY) private readonly users: UserDirectory,
    private readonly mails: MailedTokens,
  ) {}

  /** @throws GatewardenError registration_closed */
  assertOpen(): void {
    if (!this.registration.isOpen) throw new GatewardenError('registration_closed', 'registration is closed');
  }

  /** False when there is such a user. @throws GatewardenError rate_limit_exceeded */
  async register(login: string, password: string, address: string): Promise<boolean> {
    await this.throttle.takeRegistration(address);
    const user = await this.users.insert(login, await this.newPassword.hash(password));
    if (!user) return false;
    if (user.isVerified === false && isMailAddress(user.login)) this.mails.sendVerification(user);
    return true;
  }
}
