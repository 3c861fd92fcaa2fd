import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { AdminSessionEntity } from '../admin-sessions/admin-session.entity';
import { AdminEntity } from '../admins/admin.entity';
import { findAdminByEmail } from '../admins/admin-identities';
import { hashAdminPassword } from '../admins/admin-password';
import { GatewardenError } from '../errors/gatewarden-error';
import { conflict, invalidField } from '../errors/refusals';
import { CHALLENGE } from '../guards/admin.guard';
import { PasswordHasher } from '../users/passwords/password-hasher';
import type { LoginInput, PasswordChangeInput } from './login.schema';
import { LoginDesk, type LoginReply } from './login-desk';
import { PasswordCheck } from './password-check';
import { SecondFactor } from './second-factor';

/** Logs admins in by password, and by a code where they have switched that on. */
@Injectable()
export class AdminLoginService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly passwords: PasswordCheck,
    private readonly secondFactor: SecondFactor,
    private readonly hasher: PasswordHasher,
    private readonly desk: LoginDesk,
  ) {}

  /** @throws GatewardenError invalid_credentials, which does not tell what was wrong; rate_limit_exceeded */
  async logIn({ email, password, code }: LoginInput, request: Request): Promise<LoginReply> {
    await this.passwords.count(email, request);
    const admin = await findAdminByEmail(this.dataSource.manager, email);
    const isRight = await this.passwords.isRight(password, admin);
    if (!isRight || !admin) throw refused();
    if (admin.totpConfirmed) await this.assertCode(admin, code);
    return this.desk.admit(admin, 'password', request);
  }

  /** Sets one's own password and ends all one's sessions. @throws GatewardenError */
  async changePassword(admin: AdminEntity, input: PasswordChangeInput, request: Request): Promise<void> {
    if (admin.passwordHash === null) throw conflict('you have no password; an owner can give you one');
    await this.passwords.count(admin.email, request);
    if (!(await this.passwords.isRight(input.old_password, admin))) {
      throw invalidField('/old_password', 'the old password is wrong');
    }
    const passwordHash = await hashAdminPassword(this.hasher, input.new_password, '/new_password');
    const { adminId } = admin;
    await this.dataSource.transaction(async (manager) => {
      await manager.update(AdminEntity, { adminId }, { passwordHash, updatedAt: new Date() });
      await manager.delete(AdminSessionEntity, { adminId });
    });
  }

  private async assertCode(admin: AdminEntity, code: string | undefined): Promise<void> {
    if (code === undefined) {
      const detail = 'the password is right; the code of your authenticator app is required as well';
      throw new GatewardenError('credentials_missing', detail, { headers: CHALLENGE });
    }
    if (!(await this.secondFactor.take(admin, code))) throw refused();
  }
}

function refused(): GatewardenError {
  const detail = 'the e-mail address, the password or the code is wrong';
  return new GatewardenError('invalid_credentials', detail, { headers: CHALLENGE });
}
