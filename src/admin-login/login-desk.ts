import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { LoginMethod } from '../admin-sessions/admin-session.entity';
import { AdminSessionsService, type BegunSession, type Login } from '../admin-sessions/admin-sessions.service';
import { AdminEntity } from '../admins/admin.entity';
import { type AdminView, toAdminView } from '../admins/admin.view';
import { EventOutbox } from '../database/event-outbox';
import { CallerAddress } from '../guards/caller-address';

/** What whoever logged in is answered, however it was done. */
export interface LoginReply {
  readonly token: string;
  readonly expires_at: number;
  readonly admin: AdminView;
}

/** Where every log-in ends, once it is known who it is. */
@Injectable()
export class LoginDesk {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly sessions: AdminSessionsService,
    private readonly address: CallerAddress,
    private readonly outbox: EventOutbox,
  ) {}

  /** Begins a session. */
  async admit(admin: AdminEntity, method: LoginMethod, request: Request): Promise<LoginReply> {
    return this.welcome(admin, await this.sessions.begin(this.loginOf(admin, method, request)));
  }

  /** Keeps a session for the browser that brings this secret within a minute. */
  async reserve(admin: AdminEntity, method: LoginMethod, request: Request, secret: string): Promise<void> {
    await this.sessions.prepare(this.loginOf(admin, method, request), secret);
  }

  /** Begins the session that was kept for a secret; undefined when there is none, or no more. */
  async collect(secret: string): Promise<LoginReply | undefined> {
    const begun = await this.sessions.collect(secret);
    if (!begun) return undefined;
    const { adminId } = begun.session;
    const admin = await this.dataSource.getRepository(AdminEntity).findOneBy({ adminId });
    return admin ? this.welcome(admin, begun) : undefined;
  }

  private async welcome(admin: AdminEntity, { token, session }: BegunSession): Promise<LoginReply> {
    const { adminId, method, ip } = session;
    await this.outbox.emit({ type: 'admin.login', data: { admin_id: adminId, email: admin.email, ip, method } });
    return { token, expires_at: toUnixSeconds(session.expiresAt), admin: toAdminView(admin) };
  }

  private loginOf({ adminId }: AdminEntity, method: LoginMethod, request: Request): Login {
    const userAgent = (request.headers['user-agent'] ?? '').slice(0, 200);
    return { adminId, method, ip: this.address.of(request), userAgent };
  }
}
