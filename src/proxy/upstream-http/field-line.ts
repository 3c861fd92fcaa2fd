import { UpstreamError } from './upstream-error';

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** No control characters; nothing beyond U+00FF either, whose lower half would go out. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * A field as it stands in a head, in Latin-1, with the line end before it.
 * @throws UpstreamError when it would not be one field
 */
export function fieldLine(name: string, value: string): string {
  if (NAME.test(name) && VALUE.test(value)) return `\r\n${name}: ${value}`;
  throw new UpstreamError('ERR_UPSTREAM_REQUEST', 'a field has a character that may not go out');
}

/**
 * Names and values in turn as they stand in a head, each with the line end before it.
 * @throws UpstreamError like `fieldLine`
 */
export function fieldLines(fields: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) lines.push(fieldLine(fields[i] ?? '', fields[i + 1] ?? ''));
  // Joined they are one text; added up they would be a tree, to be walked at each write.
  return lines.join('');
}

/** The start of a field's line: one whose value was checked by whoever read it needs no more than being put behind. */
export function fieldStart(name: string): string {
  return `\r\n${name}: `;
}
