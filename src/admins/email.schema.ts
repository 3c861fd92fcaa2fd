import { z } from 'zod';

/**
 * An e-mail address in lower case. ASCII only, checked before the case is dropped: other letters become ASCII ones then
 * (U+212A becomes k), and one person's address another's.
 */
export const emailSchema = z
  .string()
  .trim()
  .max(254, 'email must have at most 254 characters')
  .pipe(z.email('email must be an e-mail address'))
  .transform((email) => email.toLowerCase());

/** An e-mail address of whatever was sent, undefined when it is none. */
export function toEmail(value: unknown): string | undefined {
  return emailSchema.safeParse(value).data;
}
