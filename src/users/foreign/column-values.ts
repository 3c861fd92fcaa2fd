import { toRoles as readRoles, toText } from '../../core/credentials/jwt/claim-values';
import { isUuid } from '../../core/is-uuid';
import type { UserId } from '../user-directory';

/** How the ids of a table are compared. */
export type IdKind = 'number' | 'uuid' | 'text';

const NUMBER_TYPES = /^(?:(?:tiny|small|medium|big)?int|integer|decimal|numeric)$/;
const UUID_TYPES = /^(?:uuid|uniqueidentifier)$/;
const INT64_MAX = 2n ** 63n - 1n;
const LONGEST_ID = 255;
const ACTIVE = new Set(['active', 'enabled', 'true', 't', 'yes', 'y', '1']);

/** The kind of ids a column of this type holds. */
export function idKindOf(type: string): IdKind {
  if (NUMBER_TYPES.test(type)) return 'number';
  return UUID_TYPES.test(type) ? 'uuid' : 'text';
}

/** An id as it becomes the sub of tokens: a whole number where the column has numbers, if JavaScript has it too. */
export function toUserId(value: unknown, kind: IdKind): UserId | undefined {
  if (kind !== 'number') return typeof value === 'string' && value !== '' ? value : undefined;
  const text = String(value);
  if (!/^-?\d{1,19}$/.test(text)) return undefined;
  return Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

/** The id as a value to look for; undefined for one the column cannot hold: databases compare `42x` with 42, or fail. */
export function toIdValue(userId: UserId, kind: IdKind): string | undefined {
  const text = String(userId);
  if (toUserId(text, kind) !== userId) return undefined;
  if (kind === 'uuid') return isUuid(text) ? text : undefined;
  if (kind === 'text')
    return text.length <= LONGEST_ID && text.isWellFormed() && !text.includes('\0') ? text : undefined;
  const number = BigInt(text);
  return number <= INT64_MAX && number >= -INT64_MAX ? text : undefined;
}

/** The roles of a list, of a JSON array, of PostgreSQL's text of an array, or of a text with commas. */
export function toRoles(value: unknown): readonly string[] {
  if (typeof value !== 'string') return readRoles(value);
  const text = value.trim();
  if (!/^[[{"]/.test(text)) return readRoles(text);
  // An object is no list: what its names are about may as well be `false`.
  const parsed = parseJson(text);
  return parsed === undefined && /^\{.*\}$/s.test(text) ? readRoles(fromArrayText(text)) : readRoles(parsed);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Types PostgreSQL's driver does not know, enums of the operator's above all, come as `{a,"b c"}`. */
function fromArrayText(text: string): string[] {
  const items = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/gs) ?? [];
  return items.map((item) => (item.startsWith('"') ? item.slice(1, -1).replace(/\\(.)/gs, '$1') : item));
}

/** Whether a user may log in: true, 1, or a word that says so; anything else, and nothing, may not. */
export function toActive(value: unknown): boolean {
  // MySQL's bit(1) comes as a byte.
  if (Buffer.isBuffer(value)) return value.length === 1 && value[0] === 1;
  if (typeof value === 'string') return ACTIVE.has(value.trim().toLowerCase());
  return value === true || value === 1;
}

/** What to write into a column of this type for a user who may log in. */
export function activeValueFor(type: string): boolean | number | string {
  if (type === 'boolean' || type === 'bit') return type === 'bit' ? 1 : true;
  return NUMBER_TYPES.test(type) ? 1 : 'active';
}

/** A stored hash, without the spaces that fill up columns of a fixed width. */
export function toPasswordHash(value: unknown): string | undefined {
  const text = Buffer.isBuffer(value) ? value.toString('latin1') : value;
  return typeof text === 'string' ? toText(text.trimEnd()) : undefined;
}

/** A tenant's name or number. */
export function toTenant(value: unknown): string | undefined {
  return toText(typeof value === 'string' ? value.trimEnd() : value);
}
