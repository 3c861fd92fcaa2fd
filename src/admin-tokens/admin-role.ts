import type { StoredAdminRole } from './admin-token.entity';

/** The roles of the admin API in rising order: read; write too; admins and tokens too. */
export const ADMIN_ROLES = ['viewer', 'operator', 'owner'] as const satisfies readonly StoredAdminRole[];
