import { parseInput } from '../admin-api/field-errors';
import { type FieldError, GatewardenError } from '../errors/gatewarden-error';
import { DECLARED_SCHEMAS, DECLARED_TYPES, type DeclaredType } from './declared.schema';
import { Entry } from './entry';

const NUL = '\u0000';

/** An object as its schema reads it, or everything that is wrong with it. */
export function readEntry(place: number, type: DeclaredType, value: unknown): Entry | FieldError[] {
  try {
    return new Entry(place, type, parseInput(DECLARED_SCHEMAS[type], value));
  } catch (error) {
    if (error instanceof GatewardenError && error.errors) return [...error.errors];
    throw error;
  }
}

/** An object that names its own type. */
export function readTypedEntry(place: number, value: unknown): Entry | FieldError[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ pointer: '', message: 'a line must be a JSON object' }];
  }
  const { type, ...rest } = value as Record<string, unknown>;
  const known = DECLARED_TYPES.find((name) => name === type);
  if (!known) return [{ pointer: '/type', message: `type must be one of ${DECLARED_TYPES.join(', ')}` }];
  return readEntry(place, known, rest);
}

/** Whether a text or name in it has a NUL, which not every database can store. */
export function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(NUL);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => name.includes(NUL) || holdsNul(inner));
}
