import type { z } from 'zod';
import type { FieldError } from '../errors/gatewarden-error';
import { invalidFields } from '../errors/refusals';

/** The JSON pointer (RFC 6901) of a path of keys and indexes. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The faults of a body, one for each field; an unknown field is named itself, not its parent. */
export function toFieldErrors(error: z.ZodError): FieldError[] {
  const errors = error.issues.flatMap((issue): FieldError[] => {
    if (issue.code !== 'unrecognized_keys') return [{ pointer: toPointer(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({
      pointer: toPointer([...issue.path, key]),
      message: issue.message.startsWith('Unrecognized') ? 'unknown field' : issue.message,
    }));
  });
  return errors.filter(({ pointer }, index) => index === errors.findIndex((other) => other.pointer === pointer));
}

/**
 * The value as the schema reads it.
 * @throws GatewardenError request_invalid, naming every faulty field
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { error: sayWhatIsRequired });
  if (!result.success) throw invalidFields(toFieldErrors(result.error));
  return result.data;
}

function sayWhatIsRequired({ code, input, path }: z.core.$ZodRawIssue): string | undefined {
  return code === 'invalid_type' && input === undefined ? `${String(path?.at(-1) ?? 'a body')} is required` : undefined;
}
