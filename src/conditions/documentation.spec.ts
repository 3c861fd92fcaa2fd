import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileCondition } from './compile-condition';
import { toText } from './condition-type';
import { SUBJECT_FIELDS } from './subject-fields';

const text = readFileSync(join(__dirname, '../../docs/conditions.md'), 'utf8');
const examples = [...text.matchAll(/^```cel\n(.+?)\n```$/gms)].map(([, example]) => [example ?? '']);
const inJson = [...text.matchAll(/"condition": "(.+?)"/g)].map(([, example]) => [example ?? '']);

describe('docs/conditions.md', () => {
  it.each([...examples, ...inJson])('has the example %s, which compiles', (example) => {
    expect(compileCondition(example).source).toBe(example);
  });

  it('lists every variable with its type', () => {
    const rows = [...text.matchAll(/^\| `([a-z_.]+)` \| ([^|]+) \|/gm)].map(([, name, type]) => [name, type]);
    const fields = Object.entries(SUBJECT_FIELDS).map(([name, { type }]) => [name, toText(type)]);
    expect(rows).toEqual([...fields, ['now', 'timestamp']]);
    expect(examples.length).toBeGreaterThan(8);
  });

  it('shows the message a misspelt field gets', () => {
    expect(() => compileCondition("principal.tennant == 'acme'")).toThrow(
      /^line 1, column 10: principal has no field tennant; it has /,
    );
  });
});
