import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdminSessionsService } from '../admin-sessions/admin-sessions.service';
import { AdminTokenAuthenticator } from '../admin-tokens/admin-token-authenticator';
import { AdminEntity } from '../admins/admin.entity';
import { AegisAdmins } from '../aegis/aegis-admins';
import type { AdminCaller, PersonCaller } from './admin-caller';

/** How every secret begins that the gateway makes: no other service is ever shown one. */
const OURS = /^gw[a-z]?_/;

/** Tells who holds a bearer token of the admin API; the admin behind it is read anew each time. */
@Injectable()
export class AdminAuthenticator {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly tokens: AdminTokenAuthenticator,
    private readonly sessions: AdminSessionsService,
    private readonly aegis: AegisAdmins,
  ) {}

  /** Undefined for a token of nobody. @throws GatewardenError dependency_unavailable when Aegis does not say */
  async find(token: string): Promise<AdminCaller | undefined> {
    const caller = (await this.tokens.find(token)) ?? (await this.findBySession(token));
    if (caller || OURS.test(token)) return caller;
    const admin = await this.aegis.find(token);
    return admin && { by: 'aegis', role: admin.role, admin, sessionId: undefined };
  }

  private async findBySession(token: string): Promise<PersonCaller | undefined> {
    const session = await this.sessions.find(token);
    if (!session) return undefined;
    const { adminId, sessionId } = session;
    const admin = await this.dataSource.getRepository(AdminEntity).findOneBy({ adminId });
    return admin ? { by: 'session', role: admin.role, admin, sessionId } : undefined;
  }
}
