import type { UserId } from '../users/user-directory';

/** A user's id as it is stored beside what is the user's: as JSON, so that 42 and "42" stay two users. */
export function toSubject(userId: UserId): string {
  return JSON.stringify(userId);
}

/** The id again. */
export function toUserId(subject: string): UserId {
  return JSON.parse(subject);
}
