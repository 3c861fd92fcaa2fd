import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { AdminEntity } from './admin.entity';
import { AdminIdentityEntity, type IdentityKind } from './admin-identity.entity';
import { toEmail } from './email.schema';

/** Somebody as another service names them. */
export interface ForeignIdentity {
  readonly kind: IdentityKind;
  readonly issuer: string;
  readonly subject: string;
}

/** The admin an identity was bound to, null when it never was. */
export async function findBoundAdmin(manager: EntityManager, identity: ForeignIdentity): Promise<AdminEntity | null> {
  const bound = await manager.findOneBy(AdminIdentityEntity, { digest: digestOf(identity) });
  return bound && manager.findOneBy(AdminEntity, { adminId: bound.adminId });
}

/** Binds an identity to an admin, whoever it was bound to before. */
export async function bindIdentity(manager: EntityManager, identity: ForeignIdentity, adminId: string): Promise<void> {
  const row: AdminIdentityEntity = { ...identity, digest: digestOf(identity), adminId, createdAt: new Date() };
  await manager.save(AdminIdentityEntity, row);
}

/** The admin with this e-mail address; compared exactly, as databases may take other letters for the same. */
export async function findAdminByEmail(manager: EntityManager, text: unknown): Promise<AdminEntity | null> {
  const email = toEmail(text);
  if (email === undefined) return null;
  const admin = await manager.findOneBy(AdminEntity, { email });
  return admin?.email === email ? admin : null;
}

function digestOf({ kind, issuer, subject }: ForeignIdentity): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, issuer, subject]))
    .digest('hex');
}
