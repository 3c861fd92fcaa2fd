import { type AdminServer, OWNER_TOKEN, type Reply } from './admin-server';

export const PASSWORD = 'correct horse battery';

let callers = 0;

/** A caller from an address of its own, as a trusted proxy tells it: attempts are counted by address. */
export function fromAnywhere(): Record<string, string> {
  callers += 1;
  return from(`198.51.${callers >> 8}.${callers & 255}`);
}

/** A caller from this address. */
export function from(address: string): Record<string, string> {
  return { 'x-forwarded-for': address };
}

/** What a server of these tests is started with: it believes in the addresses above. */
export const ADMIN_SERVER = {
  adminToken: OWNER_TOKEN,
  env: { TRUSTED_PROXIES: '127.0.0.1', PASSWORD_HASH: 'argon2id' },
};

/** Makes an admin with the password of these tests and answers the id. */
export async function anAdmin(server: AdminServer, email: string, role = 'owner', more: object = {}): Promise<string> {
  const made = await server.post('/api/admin/admins', { email, role, password: PASSWORD, ...more });
  if (made.status !== 201) throw new Error(made.text);
  return made.body.admin_id;
}

/** Logs in, from an address of its own unless told otherwise. */
export function logIn(server: AdminServer, body: object, headers = fromAnywhere()): Promise<Reply> {
  return server.post('/api/admin/login', { password: PASSWORD, ...body }, { token: null, headers });
}

/** The token of a new session. */
export async function aSession(server: AdminServer, email: string): Promise<string> {
  const { status, text, body } = await logIn(server, { email });
  if (status !== 200) throw new Error(text);
  return body.token;
}
