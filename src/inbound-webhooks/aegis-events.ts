import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { AdminSessionEntity } from '../admin-sessions/admin-session.entity';
import { AdminEntity } from '../admins/admin.entity';
import { bindIdentity, findAdminByEmail, findBoundAdmin } from '../admins/admin-identities';
import { AdminIdentityEntity } from '../admins/admin-identity.entity';
import { toEmail } from '../admins/email.schema';
import { LastOwner } from '../admins/last-owner';
import { aegisIdentity } from '../aegis/aegis-admins';
import { isUuid } from '../core/is-uuid';
import type { PolicyTransaction } from '../database/policy-writer';
import { GatewardenError } from '../errors/gatewarden-error';
import { type EventAction, type EventAnswer, EventRefused, type InboundEvent } from './event-source';

/** Enough for the console; owners are made by owners. */
const PROVISIONED_ROLE = 'operator';

/** What Aegis tells of its users: who is verified becomes an admin if listed, who is deleted is none any more. */
@Injectable()
export class AegisEvents {
  readonly actions: ReadonlyMap<string, EventAction> = new Map<string, EventAction>([
    ['user.verified', (event, tx) => this.ofThisSite(event, () => this.provision(event, tx))],
    ['user.deleted', (event, tx) => this.ofThisSite(event, () => this.remove(event, tx))],
  ]);

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly lastOwner: LastOwner,
  ) {}

  private async ofThisSite({ body }: InboundEvent, act: () => Promise<EventAnswer>): Promise<EventAnswer> {
    const { aegisSiteId } = this.settings;
    const isOther = aegisSiteId !== undefined && body.site_uuid !== aegisSiteId;
    return isOther ? { message: 'Event of another site not processed' } : act();
  }

  private async provision(event: InboundEvent, { manager }: PolicyTransaction): Promise<EventAnswer> {
    const identity = aegisIdentity(uuidOf(event));
    const email = toEmail(event.body.email);
    if (email === undefined) throw new EventRefused('Invalid email');
    const bound = await findBoundAdmin(manager, identity);
    if (bound) return { message: 'Admin already provisioned', admin_id: bound.adminId };
    if (!this.isListed(email)) return { message: 'Email not authorized for admin provisioning' };
    const known = await findAdminByEmail(manager, email);
    const { adminId } = known ?? (await insertAdmin(manager, email));
    await bindIdentity(manager, identity, adminId);
    return { message: known ? 'Admin already provisioned' : 'Admin provisioned', admin_id: adminId };
  }

  /** Sessions go with the admin. Only whom Aegis vouched for by this very id is meant, whatever address it names. */
  private async remove(event: InboundEvent, { manager }: PolicyTransaction): Promise<EventAnswer> {
    const admin = await findBoundAdmin(manager, aegisIdentity(uuidOf(event)));
    if (!admin) return { message: 'No matching admin to remove' };
    const { adminId } = admin;
    if (await this.isLastOwner(manager, admin)) {
      // Somebody must be left who can log in, but no more by what Aegis says.
      await manager.delete(AdminSessionEntity, { adminId });
      await manager.delete(AdminIdentityEntity, { adminId, kind: 'aegis' });
      return { message: 'Last owner kept', admin_id: adminId };
    }
    await manager.delete(AdminEntity, { adminId });
    return { message: 'Admin removed', admin_id: adminId };
  }

  private isListed(email: string): boolean {
    return this.settings.aegisAdminEmails.some((listed) => toEmail(listed) === email);
  }

  private async isLastOwner(manager: EntityManager, admin: AdminEntity): Promise<boolean> {
    if (!this.lastOwner.isOwner(admin)) return false;
    try {
      await this.lastOwner.assertNotLast(manager, admin.adminId, undefined);
      return false;
    } catch (error) {
      if (error instanceof GatewardenError && error.code === 'conflict') return true;
      throw error;
    }
  }
}

async function insertAdmin(manager: EntityManager, email: string): Promise<AdminEntity> {
  const now = new Date();
  const nothing = { passwordHash: null, totpSecret: null, totpConfirmed: false, totpLastStep: 0 };
  const row: AdminEntity = {
    ...nothing,
    adminId: randomUUID(),
    email,
    role: PROVISIONED_ROLE,
    createdAt: now,
    updatedAt: now,
  };
  await manager.insert(AdminEntity, row);
  return row;
}

function uuidOf({ body }: InboundEvent): string {
  const { user_uuid: uuid } = body;
  if (typeof uuid !== 'string' || !isUuid(uuid)) throw new EventRefused('Invalid user_uuid');
  return uuid;
}
