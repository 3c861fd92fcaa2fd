import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AdminEntity } from '../admins/admin.entity';
import { bindIdentity, type ForeignIdentity, findAdminByEmail, findBoundAdmin } from '../admins/admin-identities';
import { GatewardenError } from '../errors/gatewarden-error';
import type { OidcPerson } from './oidc-login.service';

/** Tells which admin somebody is whom an OpenID provider vouches for. Nobody becomes one by logging in. */
@Injectable()
export class OidcAdmins {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** By the subject that was here before, else by an address the provider has verified. @throws GatewardenError */
  async load({ issuer, subject, email, isVerified }: OidcPerson): Promise<AdminEntity> {
    const { manager } = this.dataSource;
    const identity: ForeignIdentity = { kind: 'oidc', issuer, subject };
    const bound = await findBoundAdmin(manager, identity);
    if (bound) return bound;
    const name = typeof email === 'string' ? email : subject;
    if (!isVerified) throw refused(`the OpenID provider has not verified the e-mail address of ${name}`);
    const admin = await findAdminByEmail(manager, email);
    if (!admin) throw refused(`${name} is not an admin; an owner can make one`);
    await bindIdentity(manager, identity, admin.adminId);
    return admin;
  }
}

function refused(detail: string): GatewardenError {
  return new GatewardenError('insufficient_role', detail);
}
