/** A route pattern, domain or destination that cannot be used; the message is meant for whoever wrote it. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}
