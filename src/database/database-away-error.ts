import { TypeORMError } from 'typeorm';
import { toSentence } from '../errors/to-sentence';

/** The database cannot be asked now; nothing was sent to it. */
export class DatabaseAwayError extends TypeORMError {
  constructor(override readonly cause: unknown) {
    super(`the database cannot be reached: ${toSentence(cause)}`);
  }
}
