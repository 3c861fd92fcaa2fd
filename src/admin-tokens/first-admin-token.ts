import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { embeddedDatabase } from '../../config/database-url';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { AdminTokenEntity } from './admin-token.entity';
import { AdminTokensService } from './admin-tokens.service';

/** Lets the first operator in: an embedded database without any token gets an owner token, printed this once. */
@Injectable()
export class FirstAdminToken implements OnApplicationBootstrap {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly adminTokens: AdminTokensService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.adminToken !== undefined || !embeddedDatabase(this.settings.databaseUrl)) return;
    if (await this.dataSource.getRepository(AdminTokenEntity).exists()) return;
    const { value } = await this.adminTokens.create({ name: 'first start', role: 'owner', expires_at: null });
    process.stdout.write(`Admin token (shown only this once): ${value.token}\n`);
  }
}
