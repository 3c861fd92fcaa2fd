import { TypeORMError } from 'typeorm';
import { isUnreachable } from '../database/is-unreachable';

/** Whether an unexpected error came from the database or the way to it. */
export function isDatabaseFault(error: unknown): boolean {
  return error instanceof TypeORMError || isUnreachable(error);
}
