import { z } from 'zod';
import { line } from '../admin-api/fields';
import { isEmail, LONGEST_LOGIN, toLogin } from './login';

/** Upstreams are told the roles with commas between them. */
const role = line('a role', 64).refine((name) => !name.includes(','), 'a role must not contain a comma');

const email = line('email', LONGEST_LOGIN).transform((text, context) => {
  const login = toLogin(text);
  if (login !== undefined && isEmail(login)) return login;
  context.addIssue('email must be an e-mail address');
  return z.NEVER;
});

const fields = {
  email,
  roles: z
    .array(role)
    .max(100, 'roles must have at most 100 entries')
    .transform((roles) => [...new Set(roles)])
    .default([]),
  tenant: line('tenant', 200).nullable().default(null),
  active: z.boolean().default(true),
};

/** A user as POST takes it. */
export const newUserSchema = z.strictObject({ ...fields, password: z.string() });

/** A user as PUT and PATCH take it: a password that is left out stays what it is. */
export const userSchema = z.strictObject({ ...fields, password: z.string().optional() });

export type NewUserInput = z.output<typeof newUserSchema>;
export type UserInput = z.output<typeof userSchema>;
