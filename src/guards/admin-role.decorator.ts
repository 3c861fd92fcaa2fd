import { SetMetadata } from '@nestjs/common';
import type { StoredAdminRole } from '../admin-tokens/admin-token.entity';

/** Metadata: what a handler asks of an admin. */
export const ADMIN_ROLE = 'gatewarden:admin-role';

/** The least role that may call a handler; a handler without it (or `@Public()`) is refused to everybody. */
export const AdminRole = (role: StoredAdminRole): MethodDecorator => SetMetadata(ADMIN_ROLE, role);
