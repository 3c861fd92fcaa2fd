import { InvalidArgumentError } from 'commander';

/** Reads an option that takes seconds. */
export function wholeSeconds(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('must be a whole number of seconds.');
  return Number(text);
}
