import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import type { TokenCaller } from '../guards/admin-caller';
import { isSameSecret } from '../secrets/is-same-secret';
import { SecretKeys } from '../secrets/secret-keys';
import { digestAdminToken, isWellFormedAdminToken } from './admin-token';
import { AdminTokenEntity } from './admin-token.entity';

const MINUTE_MS = 60_000;

/** Tells what an admin token is worth. */
@Injectable()
export class AdminTokenAuthenticator {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly keys: SecretKeys,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The caller a live token stands for, undefined for any other text; the token of the settings is an owner. */
  async find(token: string): Promise<TokenCaller | undefined> {
    const { adminToken } = this.settings;
    if (adminToken !== undefined && isSameSecret(token, adminToken)) return toCaller('owner', 'bootstrap');
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
    return toCaller(row.role, row.name);
  }
}

function toCaller(role: TokenCaller['role'], name: string): TokenCaller {
  return { by: 'token', role, name };
}
