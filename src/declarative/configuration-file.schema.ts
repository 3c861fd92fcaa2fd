import { z } from 'zod';
import { parseInput, toPointer } from '../admin-api/field-errors';
import type { FieldError } from '../errors/gatewarden-error';
import { invalidFields } from '../errors/refusals';
import { DECLARED_TYPES, type DeclaredType } from './declared.schema';
import { Entry } from './entry';
import { mapSecrets } from './file-secrets';
import { holdsNul, readEntry } from './read-entry';
import { FORMAT, SECTIONS } from './sections';

const MOST_FAULTS = 100;
const RESOLVED_ELSEWHERE = /^(?:env|file|encrypted):/;

const section = z.array(z.unknown()).optional();
const sections = Object.fromEntries(Object.values(SECTIONS).map((name) => [name, section]));

/** The outside of a declarative file; its objects are read one by one. */
export const configurationFileSchema = z.strictObject({
  format: z.literal(FORMAT, `format must be ${FORMAT}`),
  ...sections,
});

/** A file as it was read: the entries of each section it names. */
export type ReadFile = ReadonlyMap<DeclaredType, readonly Entry[]>;

/**
 * Reads a parsed file whole.
 * @throws GatewardenError request_invalid with the pointers of everything that is wrong
 */
export function readConfigurationFile(value: unknown): ReadFile {
  const outside = parseInput(configurationFileSchema, value) as Record<string, unknown>;
  const faults: FieldError[] = unresolvedSecrets(value);
  if (holdsNul(value)) faults.push({ pointer: '', message: 'no text may hold a NUL' });
  const file = new Map<DeclaredType, Entry[]>();
  for (const type of DECLARED_TYPES) {
    const objects = outside[SECTIONS[type]];
    if (Array.isArray(objects)) file.set(type, readSection(type, objects, faults));
  }
  if (faults.length > 0) throw invalidFields(faults.slice(0, MOST_FAULTS));
  return file;
}

/** The pointer of an entry's field within its file. */
export function pointerOf({ type, place }: Entry, pointer: string): string {
  return `${toPointer([SECTIONS[type], place])}${pointer}`;
}

function readSection(type: DeclaredType, objects: readonly unknown[], faults: FieldError[]): Entry[] {
  const names = new Set<string>();
  return objects.flatMap((object, place) => {
    const entry = readEntry(place, type, object);
    if (!(entry instanceof Entry)) {
      const at = toPointer([SECTIONS[type], place]);
      faults.push(...entry.map(({ pointer, message }) => ({ pointer: `${at}${pointer}`, message })));
      return [];
    }
    const name = 'client_id' in entry.value ? (entry.value.client_id ?? entry.name) : entry.name;
    if (names.has(name)) faults.push({ pointer: pointerOf(entry, ''), message: `the file has ${entry.label} twice` });
    names.add(name);
    return [entry];
  });
}

/** Reading a variable or a file of the server for whoever asks would show it to them. */
function unresolvedSecrets(value: unknown): FieldError[] {
  const faults: FieldError[] = [];
  const message = 'env:, file: and encrypted: are read by gatewarden apply, on the machine it runs on';
  mapSecrets(value, (secret, pointer) => {
    if (RESOLVED_ELSEWHERE.test(secret)) faults.push({ pointer, message });
    return secret;
  });
  return faults;
}
