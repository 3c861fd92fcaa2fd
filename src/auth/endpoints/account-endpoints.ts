import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../../config/settings';
import { SETTINGS } from '../../../config/settings.module';
import { GatewardenError } from '../../errors/gatewarden-error';
import { invalidField } from '../../errors/refusals';
import { isMailAddress } from '../../mail/mail';
import type { OwnCall } from '../../proxy/own-endpoint';
import { BearerReader } from '../bearer-reader';
import { NewPassword } from '../new-password';
import { PasswordCheck } from '../password-check';
import { Registrar } from '../registrar';
import { type AuthAnswer, type AuthRoute, done } from './auth-route';
import { changePasswordBody, registerBody } from './bodies';
import { readBody } from './read-body';

/** The account itself: made, shown, and its password changed. */
@Injectable()
export class AccountEndpoints {
  readonly routes: readonly AuthRoute[] = [
    { method: 'POST', path: '/api/auth/register', answer: (call) => this.register(call) },
    { method: 'GET', path: '/api/auth/me', answer: (call) => this.show(call) },
    { method: 'POST', path: '/api/auth/change-password', answer: (call) => this.changePassword(call) },
  ];

  constructor(
    private readonly registrar: Registrar,
    private readonly bearer: BearerReader,
    private readonly passwords: PasswordCheck,
    private readonly newPassword: NewPassword,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  private async register({ request }: OwnCall): Promise<AuthAnswer> {
    this.registrar.assertOpen();
    const { login, password } = await readBody(request, registerBody);
    // A table of the operator's own may be one of names.
    if (this.settings.usersDatabaseUrl === undefined && !isMailAddress(login)) {
      throw invalidField('/email', 'email must be an e-mail address');
    }
    this.newPassword.assertUsable(password, '/password');
    const isNew = await this.registrar.register(login, password, request.clientAddress);
    if (isNew) return { status: 201, body: { status: 'Registration successful' } };
    return { status: 409, body: { status: 'User already registered' } };
  }

  private async show(call: OwnCall): Promise<AuthAnswer> {
    const { userId, login, roles, tenant, isVerified } = (await this.bearer.read(call)).user;
    const body = { id: userId, email: login, roles, tenant: tenant ?? null, email_verified: isVerified ?? null };
    return { status: 200, body };
  }

  private async changePassword(call: OwnCall): Promise<AuthAnswer> {
    const { user, sessionId } = await this.bearer.read(call);
    const { old_password: old, new_password: next } = await readBody(call.request, changePasswordBody);
    this.newPassword.assertUsable(next, '/new_password');
    const { clientAddress: address } = call.request;
    const owner = await this.passwords.check({ login: user.login, password: old, address });
    if (owner?.userId !== user.userId) {
      throw new GatewardenError('invalid_credentials', 'the old password is wrong', {
        errors: [{ pointer: '/old_password', message: 'the old password is wrong' }],
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    }
    await this.newPassword.set(owner, await this.newPassword.hash(next, owner.passwordHash), sessionId);
    return done('Password changed');
  }
}
