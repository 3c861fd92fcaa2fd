import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { AdminEntity } from '../admins/admin.entity';
import { AttemptThrottle } from '../guards/attempt-throttle';
import { CallerAddress } from '../guards/caller-address';
import { PasswordHasher } from '../users/passwords/password-hasher';

/** So many log-ins a minute from one address, whoever they are for. */
const PER_ADDRESS = 30;
/** So many for one admin from one address: from elsewhere the admin still gets in. */
const PER_ADMIN = 10;

/** Checks the passwords of admins, slowly for whoever guesses; unknown admins take as long as known ones. */
@Injectable()
export class PasswordCheck {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly hasher: PasswordHasher,
    private readonly attempts: AttemptThrottle,
    private readonly address: CallerAddress,
  ) {}

  /** Counts an attempt on an e-mail address. @throws GatewardenError rate_limit_exceeded */
  async count(email: string, request: Request): Promise<void> {
    const address = this.address.of(request);
    await this.attempts.count(`login ${address}`, PER_ADDRESS);
    await this.attempts.count(`login ${address} ${email}`, PER_ADMIN);
  }

  /** Whether a password is this admin's; a hash made in an older way is made anew. */
  async isRight(password: string, admin: AdminEntity | null): Promise<boolean> {
    const { isRight, needsRehash } = await this.hasher.verify(password, admin?.passwordHash ?? undefined);
    if (!isRight || !admin?.passwordHash) return false;
    if (needsRehash) {
      const { adminId, passwordHash } = admin;
      const renewed = await this.hasher.hash(password);
      await this.dataSource.manager.update(AdminEntity, { adminId, passwordHash }, { passwordHash: renewed });
    }
    return true;
  }
}
