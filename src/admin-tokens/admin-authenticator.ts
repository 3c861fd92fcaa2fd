import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { isSameSecret } from '../secrets/is-same-secret';
import { SecretKeys } from '../secrets/secret-keys';
import { digestAdminToken, isWellFormedAdminToken } from './admin-token';
import { AdminTokenEntity, type StoredAdminRole } from './admin-token.entity';

const MINUTE_MS = 60_000;

/** Tells whose admin token a caller holds. */
@Injectable()
export class AdminAuthenticator {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly keys: SecretKeys,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The role of a live token, undefined for any other text; the token of the settings is an owner. */
  async findRole(token: string): Promise<StoredAdminRole | undefined> {
    const { adminToken } = this.settings;
    if (adminToken !== undefined && isSameSecret(token, adminToken)) return 'owner';
    if (!isWellFormedAdminToken(token)) return undefined;
    const digest = digestAdminToken(token, this.keys.adminTokenPepper);
    const repository = this.dataSource.getRepository(AdminTokenEntity);
    const row = await repository.findOneBy({ digest });
    const now = new Date();
    if (!row || (row.expiresAt && row.expiresAt <= now)) return undefined;
    // Once a minute is precise enough, and keeps reads from becoming writes.
    if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > MINUTE_MS) {
      await repository.update({ digest }, { lastUsedAt: now });
    }
    return row.role;
  }
}
