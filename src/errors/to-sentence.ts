/** The first line of what an error says; never empty. */
export function toSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [line = ''] = error.message.split('\n');
  if (line !== '') return line;
  // A host name with several addresses fails with one error for each, and no message of its own.
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(toSentence).join('; ');
  return 'code' in error ? String(error.code) : error.name;
}
