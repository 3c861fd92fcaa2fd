import { readableParameters } from '../conditions/readable-query';
import { SUBJECT_FIELDS } from '../conditions/subject-fields';
import type { ConditionSubject } from '../core/conditions/condition';

const FIELDS = Object.entries(SUBJECT_FIELDS).map(([path, field]) => {
  const [record = '', name = ''] = path.split('.');
  return { record, name, read: path === 'request.query' ? readParameters : field.read };
});

/** The body of a question: what conditions may read, as JSON; the same text for the same facts. */
export function toPolicyInput(subject: ConditionSubject): string {
  const input: Record<string, Record<string, unknown>> = {};
  for (const { record, name, read } of FIELDS) {
    const value = read(subject);
    input[record] ??= {};
    input[record][name] = value instanceof Map ? Object.fromEntries(value) : value;
  }
  return JSON.stringify({ input });
}

/** A policy can tell for itself which of several values it means. */
function readParameters({ request }: ConditionSubject): Map<string, string[]> {
  return readableParameters(request.query);
}
