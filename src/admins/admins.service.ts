import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { orConflict } from '../admin-api/or-conflict';
import { Page } from '../admin-api/page';
import { AdminSessionEntity } from '../admin-sessions/admin-session.entity';
import { PolicyWriter } from '../database/policy-writer';
import { notFound } from '../errors/refusals';
import { PasswordHasher } from '../users/passwords/password-hasher';
import { AdminEntity } from './admin.entity';
import { type AdminInput, adminSchema } from './admin.schema';
import { type AdminView, toAdminView } from './admin.view';
import { AdminIdentityEntity } from './admin-identity.entity';
import { adminPasswordSchema, hashAdminPassword } from './admin-password';
import type { AdminQuery } from './admin-query';
import { LastOwner } from './last-owner';

const TAKEN = 'an admin with that email already exists';

/** Who may use the admin API. Admins are not policy, but are written the same way, so writes answer alike. */
@Injectable()
export class AdminsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly hasher: PasswordHasher,
    private readonly lastOwner: LastOwner,
  ) {}

  async list({ limit, cursor, ...filter }: AdminQuery): Promise<Page<AdminView>> {
    const where = definedOnly<AdminEntity>(filter);
    const repository = this.dataSource.getRepository(AdminEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'adminId', where, limit, cursor });
    return new Page(rows.map(toAdminView), total, nextCursor);
  }

  async show(adminId: string): Promise<AdminView> {
    return toAdminView(await loadAdmin(this.dataSource.manager, adminId));
  }

  async create({ email, role, password }: AdminInput): Promise<Written<AdminView>> {
    const passwordHash = await this.hash(password);
    return this.writer.write(async ({ manager }) => {
      const now = new Date();
      const fresh = { adminId: randomUUID(), totpSecret: null, totpConfirmed: false, totpLastStep: 0 };
      const row: AdminEntity = { ...fresh, email, role, passwordHash, createdAt: now, updatedAt: now };
      await orConflict(manager.insert(AdminEntity, row), TAKEN);
      return toAdminView(row);
    });
  }

  /** A new password or address ends the sessions; another address is another person, so what was bound is let go. */
  async update(adminId: string, change: Change, callerId: string | undefined): Promise<Written<AdminView>> {
    // Hashed before the transaction: it takes long, and an embedded database has only one connection.
    const newHash = await this.hash(adminPasswordSchema.safeParse(change.body.password).data);
    return this.writer.write(async ({ manager }) => {
      const row = await loadAdmin(manager, adminId);
      assertMatches(change.ifMatch, toAdminView(row));
      const { email, role, password } = parseChange(adminSchema, change, toAdminView(row));
      const passwordHash = password === undefined ? row.passwordHash : newHash;
      const after = { ...row, email, role, passwordHash, updatedAt: new Date() };
      if (this.lastOwner.isOwner(row) && !this.lastOwner.isOwner(after)) {
        await this.lastOwner.assertNotLast(manager, adminId, callerId);
      }
      if (password !== undefined || email !== row.email) await manager.delete(AdminSessionEntity, { adminId });
      if (email !== row.email) await manager.delete(AdminIdentityEntity, { adminId });
      const { updatedAt } = after;
      await orConflict(manager.update(AdminEntity, { adminId }, { email, role, passwordHash, updatedAt }), TAKEN);
      return toAdminView(after);
    });
  }

  remove(adminId: string, ifMatch: string | undefined, callerId: string | undefined): Promise<Written<void>> {
    return this.writer.write(async ({ manager }) => {
      const row = await loadAdmin(manager, adminId);
      assertMatches(ifMatch, toAdminView(row));
      if (this.lastOwner.isOwner(row)) await this.lastOwner.assertNotLast(manager, adminId, callerId);
      await manager.delete(AdminEntity, { adminId });
    });
  }

  /** Takes the second factor away from somebody who has lost it. */
  resetTotp(adminId: string): Promise<Written<void>> {
    return this.writer.write(async ({ manager }) => {
      await loadAdmin(manager, adminId);
      const none = { totpSecret: null, totpConfirmed: false, updatedAt: new Date() };
      await manager.update(AdminEntity, { adminId }, none);
    });
  }

  private async hash(password: string | null | undefined): Promise<string | null> {
    return typeof password === 'string' ? hashAdminPassword(this.hasher, password, '/password') : null;
  }
}

/** @throws GatewardenError not_found */
export async function loadAdmin(manager: EntityManager, adminId: string): Promise<AdminEntity> {
  const row = await manager.findOneBy(AdminEntity, { adminId });
  if (!row) throw notFound('admin');
  return row;
}
