import { isJsonObject, type JsonObject } from '../core/credentials/jwt/strict-json';

/** Somebody Aegis vouches for. */
export interface AegisUser {
  readonly uuid: string | undefined;
  readonly email: string | undefined;
}

/** The user in a reply of /api/auth/me, bare or as `user`; undefined unless verified, and of this site where one is set. */
export function toAegisUser(reply: JsonObject, siteId: string | undefined): AegisUser | undefined {
  const user = isJsonObject(reply.user) ? reply.user : reply;
  // Only this value says so: "true", 1 and nothing do not.
  if (user.is_verified !== true) return undefined;
  if (siteId !== undefined && user.site_uuid !== siteId) return undefined;
  return { uuid: textOf(user.uuid), email: textOf(user.email) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
