import { isDeepStrictEqual } from 'node:util';

/** What putting an object came to; `diff` has the fields that differ, as the admin API shows them, and never a secret. */
export interface Put {
  readonly action: 'create' | 'update' | 'unchanged';
  readonly diff: Readonly<Record<string, FieldChange>>;
}

/** A field before and after; of a secret only that it changes. */
export type FieldChange = { readonly from: unknown; readonly to: unknown } | 'changed';

export const UNCHANGED: Put = { action: 'unchanged', diff: {} };

/** Made by the server, or what is known by other names. */
const NOT_TOLD = /^(?:created_at|updated_at|revision|.*_id|masked|credentials|api_key_masked|enabled_since)$/;

/** A new object, as the admin API shows it. */
export function created(view: object, secrets: readonly string[] = []): Put {
  return { action: 'create', diff: { ...compare({}, view), ...changed(secrets) } };
}

/** An object that was changed, as the admin API showed it before and after. */
export function updated(before: object, after: object, secrets: readonly string[] = []): Put {
  return { action: 'update', diff: { ...compare(before, after), ...changed(secrets) } };
}

/** The names of those columns that differ. */
export function changedColumns<Row>(before: Row, after: Row, names: Partial<Record<keyof Row, string>>): string[] {
  const entries = Object.entries(names) as [keyof Row, string][];
  return entries.flatMap(([column, name]) => (before[column] === after[column] ? [] : [name]));
}

function compare(before: object, after: object): Record<string, FieldChange> {
  const old: Record<string, unknown> = { ...before };
  const fresh = Object.entries(after).filter(([name, to]) => !NOT_TOLD.test(name) && !isDeepStrictEqual(old[name], to));
  return Object.fromEntries(fresh.map(([name, to]) => [name, { from: old[name] ?? null, to }]));
}

function changed(secrets: readonly string[]): Record<string, FieldChange> {
  return Object.fromEntries(secrets.map((name) => [name, 'changed']));
}
