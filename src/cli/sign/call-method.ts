import { InvalidArgumentError } from 'commander';
import { METHODS } from '../../core/method';

/** Reads a request method, in either case; throws an InvalidArgumentError for one that no route can have. */
export function toCallMethod(text: string): string {
  const method = METHODS.find((known) => known === text.toUpperCase());
  if (!method) throw new InvalidArgumentError(`It must be one of ${METHODS.join(', ')}.`);
  return method;
}
