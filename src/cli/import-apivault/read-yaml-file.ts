import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { toSentence } from '../../errors/to-sentence';
import { type Remark, toPath } from './remark';

/** What a file holds: undefined when it has faults; keys nobody knows stand aside. */
export interface YamlFile<T> {
  readonly value: T | undefined;
  readonly faults: readonly Remark[];
  readonly unknown: readonly Remark[];
}

/** Reads a YAML file by a schema whose scalars are texts. */
export function readYamlFile<S extends z.ZodType>(path: string, schema: S): YamlFile<z.output<S>> {
  const file = basename(path);
  try {
    const document = parseDocument(readFileSync(path, 'utf8'), { schema: 'failsafe', merge: true });
    const [error] = document.errors;
    if (error) throw new Error(error.message.split(':\n')[0]);
    return check(file, schema, document.toJS() ?? {});
  } catch (error) {
    return {
      value: undefined,
      faults: [{ file, path: '', message: `cannot be read: ${toSentence(error)}` }],
      unknown: [],
    };
  }
}

function check<S extends z.ZodType>(file: string, schema: S, content: unknown): YamlFile<z.output<S>> {
  const first = schema.safeParse(content);
  if (first.success) return { value: first.data, faults: [], unknown: [] };
  const unknown = first.error.issues.flatMap((issue) => removeUnknown(issue, content));
  const known = schema.safeParse(content);
  const issues = known.success ? [] : known.error.issues;
  const faults = issues.map(({ path, message }) => ({ file, path: toPath(path), message }));
  const ignored = { file, message: 'is not a key the predecessor knew: it cannot be mapped' };
  return { value: known.data, faults, unknown: unknown.map((keys) => ({ ...ignored, path: toPath(keys) })) };
}

/** The paths of the unknown keys of an issue, which are taken out of the content. */
function removeUnknown(issue: z.core.$ZodIssue, content: unknown): PropertyKey[][] {
  if (issue.code !== 'unrecognized_keys') return [];
  const owner = issue.path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), content);
  for (const key of issue.keys) Reflect.deleteProperty(Object(owner), key);
  return issue.keys.map((key) => [...issue.path, key]);
}
