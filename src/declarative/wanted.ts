import { parseDomain } from '../core/routing/domain';
import { parsePattern, routeMatchKey } from '../core/routing/pattern';
import type { Declared, DeclaredType } from './declared.schema';
import type { Entry } from './entry';

/** What a section of a file has, by what its objects are known by. */
export interface Wanted {
  readonly has: (key: string) => boolean;
  /** The keys of protect mode themselves. */
  readonly values: readonly string[];
}

/** What these objects of one kind are known by. */
export function toWanted(type: DeclaredType, entries: readonly Entry[]): Wanted {
  const keys = new Set(entries.map((entry) => keyOf(type, entry)));
  const values = type === 'protect_key' ? entries.map(({ value }) => (value as Declared<'protect_key'>).value) : [];
  return { has: (key) => keys.has(key), values };
}

function keyOf(type: DeclaredType, { name, value }: Entry): string {
  if (type === 'client') return (value as Declared<'client'>).client_id ?? name;
  if (type !== 'route') return name;
  const { domain, route_pattern } = value as Declared<'route'>;
  return routeMatchKey(parseDomain(domain), parsePattern(route_pattern));
}
