import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { Page } from '../admin-api/page';
import { PolicyWriter } from '../database/policy-writer';
import { notFound } from '../errors/refusals';
import { SecretKeys } from '../secrets/secret-keys';
import { digestAdminToken, mintAdminToken } from './admin-token';
import { AdminTokenEntity } from './admin-token.entity';
import { type AdminTokenInput, adminTokenSchema } from './admin-token.schema';
import { type AdminTokenView, type NewAdminTokenView, toAdminTokenView } from './admin-token.view';
import type { AdminTokenQuery } from './admin-token-query';

/** The tokens of the admin API. They are not policy, but are written the same way, so writes answer alike. */
@Injectable()
export class AdminTokensService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly keys: SecretKeys,
  ) {}

  async list({ limit, cursor, ...filter }: AdminTokenQuery): Promise<Page<AdminTokenView>> {
    const where = definedOnly<AdminTokenEntity>(filter);
    const repository = this.dataSource.getRepository(AdminTokenEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'adminTokenId', where, limit, cursor });
    return new Page(rows.map(toAdminTokenView), total, nextCursor);
  }

  async show(adminTokenId: string): Promise<AdminTokenView> {
    return toAdminTokenView(await loadAdminToken(this.dataSource.manager, adminTokenId));
  }

  create({ name, role, expires_at: expiresAt }: AdminTokenInput): Promise<Written<NewAdminTokenView>> {
    return this.writer.write(async ({ manager }) => {
      const token = mintAdminToken();
      const digest = digestAdminToken(token, this.keys.adminTokenPepper);
      const fresh = { adminTokenId: randomUUID(), lastUsedAt: null, createdAt: new Date() };
      const row: AdminTokenEntity = { ...fresh, name, role, digest, expiresAt };
      await manager.insert(AdminTokenEntity, row);
      return { ...toAdminTokenView(row), token };
    });
  }

  update(adminTokenId: string, change: Change): Promise<Written<AdminTokenView>> {
    return this.writer.write(async ({ manager }) => {
      const row = await loadAdminToken(manager, adminTokenId);
      const view = toAdminTokenView(row);
      assertMatches(change.ifMatch, view);
      const { name, role, expires_at: expiresAt } = parseChange(adminTokenSchema, change, view);
      await manager.update(AdminTokenEntity, { adminTokenId }, { name, role, expiresAt });
      return toAdminTokenView({ ...row, name, role, expiresAt });
    });
  }

  remove(adminTokenId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async ({ manager }) => {
      assertMatches(ifMatch, toAdminTokenView(await loadAdminToken(manager, adminTokenId)));
      await manager.delete(AdminTokenEntity, { adminTokenId });
    });
  }
}

async function loadAdminToken(manager: EntityManager, adminTokenId: string): Promise<AdminTokenEntity> {
  const row = await manager.findOneBy(AdminTokenEntity, { adminTokenId });
  if (!row) throw notFound('admin token');
  return row;
}
