import { createHash } from 'node:crypto';
import { GatewardenError } from '../errors/gatewarden-error';

/** Fields that come and go without the object having been changed. */
const PASSING = { last_used_at: undefined, secret: undefined, token: undefined };

/** The strong entity tag of an object: its revision, or a digest of what it says when it has none. */
export function etagOf(view: object): string {
  if ('revision' in view) return `"${view.revision}"`;
  const settled = JSON.stringify({ ...view, ...PASSING });
  return `"${createHash('sha256').update(settled).digest('hex').slice(0, 16)}"`;
}

/**
 * Compares If-Match with the object as it is now (RFC 9110 section 13.1.1); weak tags never match.
 * @throws GatewardenError precondition_failed
 */
export function assertMatches(ifMatch: string | undefined, view: object): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (!tags.includes(etagOf(view))) {
    throw new GatewardenError('precondition_failed', 'the object has changed since it was read');
  }
}
