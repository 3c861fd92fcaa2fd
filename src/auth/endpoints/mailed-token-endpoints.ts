import { Inject, Injectable } from '@nestjs/common';
import type { GatewardenError } from '../../errors/gatewarden-error';
import { invalidField } from '../../errors/refusals';
import type { OwnCall } from '../../proxy/own-endpoint';
import { RequestThrottle } from '../../throttling/request-throttle';
import { USER_DIRECTORY, type UserDirectory } from '../../users/user-directory';
import { MailedTokens } from '../mailed-tokens';
import { NewPassword } from '../new-password';
import { OneTimeTokens } from '../one-time-tokens';
import { type AuthAnswer, type AuthRoute, done } from './auth-route';
import { emailBody, resetBody, tokenBody } from './bodies';
import { readBody } from './read-body';

/** What is done with a token from a mail, and how to get one. */
@Injectable()
export class MailedTokenEndpoints {
  readonly routes: readonly AuthRoute[] = [
    { method: 'POST', path: '/api/auth/verify-email', answer: (call) => this.verify(call) },
    { method: 'POST', path: '/api/auth/check-verification-token', answer: (call) => this.check(call) },
    { method: 'POST', path: '/api/auth/request-password-reset', answer: (call) => this.requestReset(call) },
    { method: 'POST', path: '/api/auth/reset-password', answer: (call) => this.reset(call) },
  ];

  constructor(
    private readonly oneTime: OneTimeTokens,
    private readonly mailed: MailedTokens,
    private readonly newPassword: NewPassword,
    private readonly throttle: RequestThrottle,
    @Inject(USER_DIRECTORY) private readonly users: UserDirectory,
  ) {}

  private async verify({ request, nowMs }: OwnCall): Promise<AuthAnswer> {
    const { token } = await readBody(request, tokenBody);
    const found = await this.oneTime.find('verify', token, nowMs);
    if (!found || !(await this.oneTime.use(found))) throw refused();
    await this.users.markVerified(found.user.userId);
    return done('Email verified');
  }

  private async check({ request, nowMs }: OwnCall): Promise<AuthAnswer> {
    const { token } = await readBody(request, tokenBody);
    const found = await this.oneTime.find('verify', token, nowMs);
    if (!found) throw refused();
    return { status: 200, body: { email: found.user.login, password_required: false } };
  }

  /** The same for everybody, at once. */
  private async requestReset({ request }: OwnCall): Promise<AuthAnswer> {
    const { login } = await readBody(request, emailBody);
    await this.throttle.takeMailRequest(request.clientAddress);
    this.mailed.sendReset(login);
    return done('If there is such an account, a mail is on its way');
  }

  /** Whoever has the token reads the mail of the address, so it is verified as well. */
  private async reset({ request, nowMs }: OwnCall): Promise<AuthAnswer> {
    const { token, new_password: password } = await readBody(request, resetBody);
    const found = await this.oneTime.find('reset', token, nowMs);
    if (!found) throw refused();
    this.newPassword.assertUsable(password, '/new_password');
    const passwordHash = await this.newPassword.hash(password, found.user.passwordHash);
    if (!(await this.oneTime.use(found))) throw refused();
    await this.newPassword.set(found.user, passwordHash);
    await this.users.markVerified(found.user.userId);
    return done('Password changed');
  }
}

function refused(): GatewardenError {
  return invalidField('/token', 'the token is wrong, was used, or is too old');
}
