import { z } from 'zod';

const MAX_LOGIN = 254;
const MAX_PASSWORD = 1024;
const MAX_TOKEN = 512;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

const text = (name: string, maxLength: number) =>
  z
    .string(`${name} must be a text`)
    .min(1, `${name} must not be empty`)
    .max(maxLength, `${name} must have at most ${maxLength} characters`)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), `${name} must be well-formed text`);

const login = (name: string) =>
  text(name, MAX_LOGIN)
    .trim()
    .min(1, `${name} must not be empty`)
    .refine((value) => !CONTROL.test(value), `${name} must not contain control characters`);

const token = (name: string) => text(name, MAX_TOKEN);
const password = (name: string) => text(name, MAX_PASSWORD);

/** Fields that are not asked for are ignored: programs send what the predecessor ignored. */
export const logInBody = z
  .object({ email: login('email').optional(), username: login('username').optional(), password: password('password') })
  .transform(({ email, username, password: given }, context) => {
    const loginText = email ?? username;
    if (loginText !== undefined) return { login: loginText, password: given };
    context.addIssue({ code: 'custom', path: ['email'], message: 'email is required' });
    return z.NEVER;
  });

export const registerBody = z
  .object({ email: login('email'), password: password('password') })
  .transform(({ email, password: given }) => ({ login: email, password: given }));
export const refreshBody = z.object({ refresh_token: token('refresh_token') });
export const logOutBody = z.object({ refresh_token: token('refresh_token').nullish() });
export const tokenBody = z.object({ token: token('token') });
export const emailBody = z.object({ email: login('email') }).transform(({ email }) => ({ login: email }));
export const resetBody = z.object({ token: token('token'), new_password: password('new_password') });
export const changePasswordBody = z.object({
  old_password: password('old_password'),
  new_password: password('new_password'),
});
