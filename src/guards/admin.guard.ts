import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ADMIN_ROLES } from '../admin-tokens/admin-role';
import type { StoredAdminRole } from '../admin-tokens/admin-token.entity';
import { GatewardenError } from '../errors/gatewarden-error';
import { AdminAuthenticator } from './admin-authenticator';
import type { AdminCaller, AdminRequest } from './admin-caller';
import { ADMIN_ROLE } from './admin-role.decorator';
import { FailedTokenThrottle } from './failed-token-throttle';
import { PUBLIC_ENDPOINT } from './public.decorator';

/** What a 401 of the admin API asks for. */
export const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="gatewarden-admin"' };

/** Every handler of the admin listener names the role it needs or is public; what names nothing is refused. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: AdminAuthenticator,
    private readonly failures: FailedTokenThrottle,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    if (this.reflector.getAllAndOverride(PUBLIC_ENDPOINT, [handler, context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<AdminRequest>();
    const caller = await this.authenticate(request);
    const needed = this.reflector.get<StoredAdminRole | undefined>(ADMIN_ROLE, handler);
    if (needed === undefined) throw new GatewardenError('insufficient_role', 'no role may call this');
    if (ADMIN_ROLES.indexOf(caller.role) < ADMIN_ROLES.indexOf(needed)) {
      throw new GatewardenError('insufficient_role', `this needs the role ${needed}`);
    }
    request.adminCaller = caller;
    return true;
  }

  private async authenticate(request: AdminRequest): Promise<AdminCaller> {
    const [, token] = /^Bearer +([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) {
      throw new GatewardenError('credentials_missing', 'an admin token is required', { headers: CHALLENGE });
    }
    const caller = await this.authenticator.find(token);
    if (caller !== undefined) return caller;
    await this.failures.count(request);
    throw new GatewardenError('invalid_credentials', 'the admin token was not accepted', { headers: CHALLENGE });
  }
}
