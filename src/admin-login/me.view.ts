import { toAdminView } from '../admins/admin.view';
import type { AdminCaller } from '../guards/admin-caller';

export type MeView = ReturnType<typeof toMeView>;

/** The caller as the admin API shows it to itself; a token has a name and a role, and is no admin. */
export function toMeView(caller: AdminCaller) {
  if (caller.by === 'token') {
    return { admin_id: null, email: null, name: caller.name, role: caller.role, signed_in_by: caller.by };
  }
  return { ...toAdminView(caller.admin), signed_in_by: caller.by, session_id: caller.sessionId ?? null };
}
