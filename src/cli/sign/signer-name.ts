import { InvalidArgumentError } from 'commander';

/** Reads the id or alias of a client; throws an InvalidArgumentError for what no client can be called in a signature. */
export function toSignerName(text: string): string {
  if (/^[\x21\x23-\x2b\x2d-\x7e]{1,255}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be visible ASCII without quotes and commas.');
}
