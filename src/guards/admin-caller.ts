import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { StoredAdminRole } from '../admin-tokens/admin-token.entity';
import type { AdminEntity } from '../admins/admin.entity';
import { GatewardenError } from '../errors/gatewarden-error';

/** A token, which is nobody in particular. */
export interface TokenCaller {
  readonly by: 'token';
  readonly role: StoredAdminRole;
  readonly name: string;
}

/** An admin, as the row is at this moment. */
export interface PersonCaller {
  readonly by: 'session' | 'aegis';
  readonly role: StoredAdminRole;
  readonly admin: AdminEntity;
  /** Undefined for somebody another service vouches for. */
  readonly sessionId: string | undefined;
}

/** Who calls the admin API. */
export type AdminCaller = TokenCaller | PersonCaller;

/** A request the guard has let in. */
export interface AdminRequest extends Request {
  adminCaller?: AdminCaller;
}

/** The caller the guard has let in. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): AdminCaller => callerOf(context));

/** The admin the guard has let in. @throws GatewardenError insufficient_role for a token, which belongs to no admin */
export const CallingAdmin = createParamDecorator((_: unknown, context: ExecutionContext): AdminEntity => {
  const caller = callerOf(context);
  if (caller.by !== 'token') return caller.admin;
  throw new GatewardenError('insufficient_role', 'this is for admins who have logged in; a token belongs to none');
});

function callerOf(context: ExecutionContext): AdminCaller {
  const { adminCaller } = context.switchToHttp().getRequest<AdminRequest>();
  if (!adminCaller) throw new GatewardenError('credentials_missing', 'an admin token is required');
  return adminCaller;
}

/** The admin who calls, undefined for a token. */
export function adminIdOf(caller: AdminCaller): string | undefined {
  return caller.by === 'token' ? undefined : caller.admin.adminId;
}
