import { z } from 'zod';
import { invalidField } from '../errors/refusals';
import type { PasswordHasher } from '../users/passwords/password-hasher';

const MIN_LENGTH = 12;

/** A new password of an admin, longer than that of other people: it opens more. */
export const adminPasswordSchema = z
  .string()
  .min(MIN_LENGTH, `a password must have at least ${MIN_LENGTH} characters`)
  .max(1024, 'a password must have at most 1024 characters');

/** The hash of a new password. @throws GatewardenError request_invalid for one that cannot be hashed as it is */
export async function hashAdminPassword(hasher: PasswordHasher, password: string, pointer: string): Promise<string> {
  const fault = hasher.findFault(password);
  if (fault !== undefined) throw invalidField(pointer, fault);
  return hasher.hash(password);
}
