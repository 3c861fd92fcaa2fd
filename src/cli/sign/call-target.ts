import { InvalidArgumentError } from 'commander';
import { toCanonicalPath } from '../../core/canonical-path';

/** Where a call goes: the URL for curl, and the part of it that is signed. */
export interface CallTarget {
  readonly url: string;
  /** Canonical path and query. */
  readonly target: string;
}

/**
 * Reads a URL. What is signed is the canonical path, which a gateway takes however the path was sent.
 * @throws InvalidArgumentError for a URL that no gateway would take
 */
export function toCallTarget(text: string): CallTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('It must begin with http:// or https://.');
  if (url.username !== '' || url.password !== '')
    throw new InvalidArgumentError('It must not hold a user or password.');
  // curl writes escapes in upper case, and a query is signed as it is sent.
  const search = url.search.replace(/%[0-9a-f]{2}/gi, (escaped) => escaped.toUpperCase());
  const canonical = toCanonicalPath(url.pathname);
  if (typeof canonical === 'string') throw new InvalidArgumentError(`A gateway refuses its path: ${canonical}.`);
  return { url: `${url.origin}${canonical.path}${search}`, target: canonical.path + search };
}
