import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { FieldError } from '../errors/gatewarden-error';
import { invalidFields } from '../errors/refusals';
import { parseInput, toPointer } from './field-errors';

/** A PUT or PATCH as it was sent: it can only be judged next to what is stored. */
export interface Change {
  readonly body: Readonly<Record<string, unknown>>;
  /** PATCH: fields that are not named keep their value (RFC 7396, on the top level). */
  readonly merge: boolean;
  readonly ifMatch: string | undefined;
}

/**
 * The whole object after the change, checked by its schema. Fields the server makes may be sent along as they are.
 * @throws GatewardenError request_invalid for a bad field, or for a server-made one that says something else
 */
export function parseChange<S extends z.ZodObject>(schema: S, change: Change, stored: object): z.output<S> {
  const current: Record<string, unknown> = { ...stored };
  const sent = Object.entries(change.body);
  const serverMade = sent.filter(([name]) => !(name in schema.shape) && Object.hasOwn(current, name));
  refuseContradictions(serverMade, current);
  const input = Object.fromEntries(sent.filter((entry) => !serverMade.includes(entry)));
  if (!change.merge) return parseInput(schema, input);
  const kept = Object.entries(current).filter(([name]) => name in schema.shape);
  return parseInput(schema, { ...Object.fromEntries(kept), ...input });
}

function refuseContradictions(serverMade: readonly [string, unknown][], current: Record<string, unknown>): void {
  const errors = serverMade
    .filter(([name, value]) => !isDeepStrictEqual(value, current[name]))
    .map(([name]): FieldError => ({ pointer: toPointer([name]), message: `${name} is made by the server` }));
  if (errors.length > 0) throw invalidFields(errors);
}
