import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AdminEntity } from '../admins/admin.entity';
import { type ForeignIdentity, findAdminByEmail, findBoundAdmin } from '../admins/admin-identities';
import { AegisClient } from './aegis-client';
import { AegisIntrospection } from './aegis-introspection';

/** A user of Aegis, as an admin is bound to one. */
export function aegisIdentity(uuid: string): ForeignIdentity {
  return { kind: 'aegis', issuer: 'aegis', subject: uuid.toLowerCase() };
}

/** Tells which admin a token of Aegis is of. Who it is may be remembered; whether that is an admin is read each time. */
@Injectable()
export class AegisAdmins {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly client: AegisClient,
    private readonly introspection: AegisIntrospection,
  ) {}

  /** Undefined where Aegis is not configured. @throws GatewardenError dependency_unavailable */
  async find(token: string): Promise<AdminEntity | undefined> {
    if (!this.client.isConfigured) return undefined;
    const user = await this.introspection.find(token);
    if (!user) return undefined;
    const { manager } = this.dataSource;
    const bound = user.uuid === undefined ? null : await findBoundAdmin(manager, aegisIdentity(user.uuid));
    return bound ?? (await findAdminByEmail(manager, user.email)) ?? undefined;
  }
}
