import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager, IsNull, MoreThan, Not } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { AdminTokenEntity } from '../admin-tokens/admin-token.entity';
import { conflict } from '../errors/refusals';
import { AdminEntity } from './admin.entity';

/** Keeps the last owner from being locked out by a slip. */
@Injectable()
export class LastOwner {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** Whether this admin, as it is or would be, is an owner who can log in. */
  isOwner({ role, passwordHash }: Pick<AdminEntity, 'role' | 'passwordHash'>): boolean {
    return role === 'owner' && (passwordHash !== null || this.logsInElsewhere);
  }

  /**
   * Call it before an owner stops being one. Another owner must be left, or at least an owner's token; one's own
   * account is never the last one to go, token or not.
   * @throws GatewardenError conflict
   */
  async assertNotLast(manager: EntityManager, adminId: string, callerId: string | undefined): Promise<void> {
    const others = { role: 'owner' as const, adminId: Not(adminId) };
    const able = this.logsInElsewhere ? others : { ...others, passwordHash: Not(IsNull()) };
    if (await manager.existsBy(AdminEntity, able)) return;
    if (adminId === callerId) {
      throw conflict('you are the last owner who can log in: make another admin an owner first');
    }
    if (await this.hasToken(manager)) return;
    throw conflict('this is the last owner who can log in, and no owner has a token: make another owner first');
  }

  private get logsInElsewhere(): boolean {
    return this.settings.adminOidcIssuer !== undefined || this.settings.aegisApiUrl !== undefined;
  }

  private async hasToken(manager: EntityManager): Promise<boolean> {
    if (this.settings.adminToken !== undefined) return true;
    const owner = { role: 'owner' as const };
    return manager.existsBy(AdminTokenEntity, [
      { ...owner, expiresAt: IsNull() },
      { ...owner, expiresAt: MoreThan(new Date()) },
    ]);
  }
}
