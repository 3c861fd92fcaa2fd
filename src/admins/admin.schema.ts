import { z } from 'zod';
import { ADMIN_ROLES } from '../admin-tokens/admin-role';
import { adminPasswordSchema } from './admin-password';
import { emailSchema } from './email.schema';

/** An admin as POST, PUT and PATCH take it; `password` is never shown, kept when left out, and null takes it away. */
export const adminSchema = z.strictObject({
  email: emailSchema,
  role: z.enum(ADMIN_ROLES, `role must be one of ${ADMIN_ROLES.join(', ')}`),
  password: adminPasswordSchema.nullable().optional(),
});

export type AdminInput = z.output<typeof adminSchema>;
