import { z } from 'zod';
import { line, moment } from '../admin-api/fields';
import { ADMIN_ROLES } from './admin-role';

/** An admin token as POST and PUT take it. */
export const adminTokenSchema = z.strictObject({
  name: line('name', 200),
  role: z.enum(ADMIN_ROLES, `role must be one of ${ADMIN_ROLES.join(', ')}`),
  expires_at: moment.default(null),
});

export type AdminTokenInput = z.output<typeof adminTokenSchema>;
