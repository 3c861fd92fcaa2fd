import { z } from 'zod';
import { adminPasswordSchema } from '../admins/admin-password';
import { emailSchema } from '../admins/email.schema';

/** A password as it is typed in, whatever the rules were when it was set. */
const givenPassword = z
  .string()
  .min(1, 'a password must not be empty')
  .max(1024, 'a password must have at most 1024 characters')
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'a password must be text without NUL');

/** The six digits an authenticator app shows. */
const code = z.string().regex(/^\d{6}$/, 'code must be six digits');

/** What somebody logs in with. */
export const loginSchema = z.strictObject({ email: emailSchema, password: givenPassword, code: code.optional() });

/** A change of one's own password. */
export const passwordChangeSchema = z.strictObject({ old_password: givenPassword, new_password: adminPasswordSchema });

/** The code of an authenticator app. */
export const codeSchema = z.strictObject({ code });

export type LoginInput = z.output<typeof loginSchema>;
export type PasswordChangeInput = z.output<typeof passwordChangeSchema>;
export type CodeInput = z.output<typeof codeSchema>;
