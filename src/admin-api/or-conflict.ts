import { isUniqueViolation } from '../database/constraint-violation';
import { conflict } from '../errors/refusals';

/** The result of a statement; a unique index it runs into becomes a 409 with this sentence. */
export async function orConflict<T>(statement: Promise<T>, message: string): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    throw isUniqueViolation(error) ? conflict(message) : error;
  }
}
