import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { AdminEntity } from '../admins/admin.entity';
import { conflict, invalidField } from '../errors/refusals';
import { AttemptThrottle } from '../guards/attempt-throttle';
import { SecretCipher } from '../secrets/secret-cipher';
import { findTimeStep, mintTotpSecret, toOtpauthUrl } from './totp';

/** Six digits are soon guessed: so often an admin's may be tried in a minute, from wherever. */
const CODES_PER_MINUTE = 10;

/** The second factor of admins who log in by password: a code that changes every 30 seconds (RFC 6238). */
@Injectable()
export class SecondFactor {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cipher: SecretCipher,
    private readonly attempts: AttemptThrottle,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Makes a secret that waits for its first code. @throws GatewardenError conflict when there is one in use */
  async begin({ adminId, email }: AdminEntity): Promise<{ secret: string; otpauth_url: string }> {
    const secret = mintTotpSecret();
    const totpSecret = this.cipher.encrypt(secret, contextOf(adminId));
    const { affected } = await this.admins.update({ adminId, totpConfirmed: false }, { totpSecret, totpLastStep: 0 });
    if (affected === 0) throw conflict('a second factor is in use already: take it away first');
    return { secret, otpauth_url: toOtpauthUrl(secret, this.settings.siteName, email) };
  }

  /** Puts the secret to use, now that a code shows that the app has it. @throws GatewardenError */
  async confirm(admin: AdminEntity, code: string): Promise<void> {
    if (admin.totpConfirmed) throw conflict('the second factor is in use already');
    if (admin.totpSecret === null) throw conflict('there is no second factor to confirm: ask for a secret first');
    await this.assertTaken(admin, code);
    await this.change(admin.adminId, { totpConfirmed: true });
  }

  /** Takes the second factor away. @throws GatewardenError */
  async remove(admin: AdminEntity, code: string): Promise<void> {
    if (!admin.totpConfirmed) throw conflict('no second factor is in use');
    await this.assertTaken(admin, code);
    await this.change(admin.adminId, { totpConfirmed: false, totpSecret: null });
  }

  /** Whether a code is right and was not used before; it is used now. @throws GatewardenError rate_limit_exceeded */
  async take({ adminId, totpSecret }: AdminEntity, code: string): Promise<boolean> {
    if (totpSecret === null) return false;
    await this.attempts.count(`totp ${adminId}`, CODES_PER_MINUTE);
    const step = findTimeStep(this.cipher.decrypt(totpSecret, contextOf(adminId)), code, Date.now());
    if (step === undefined) return false;
    // One statement: of two that bring the same code together, the second finds it used.
    const unused = { adminId, totpSecret, totpLastStep: LessThan(step) };
    return (await this.admins.update(unused, { totpLastStep: step })).affected === 1;
  }

  private async assertTaken(admin: AdminEntity, code: string): Promise<void> {
    if (!(await this.take(admin, code))) throw invalidField('/code', 'the code is wrong or was used before');
  }

  private async change(adminId: string, change: Partial<AdminEntity>): Promise<void> {
    await this.admins.update({ adminId }, { ...change, updatedAt: new Date() });
  }

  private get admins() {
    return this.dataSource.getRepository(AdminEntity);
  }
}

function contextOf(adminId: string): string {
  return `admin_totp:${adminId}`;
}
