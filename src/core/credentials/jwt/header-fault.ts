import type { JsonObject } from './strict-json';

const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']);

/**
 * What speaks against a JOSE header before any key is looked for (RFC 8725 section 3); undefined = nothing. Keys that
 * a header brings or points to (`jwk`, `jku`, `x5c`, `x5u`) are never looked at.
 */
export function findHeaderFault(header: JsonObject, algorithms: readonly string[]): string | undefined {
  const { alg, crit, b64, typ, kid } = header;
  if (typeof alg !== 'string' || !algorithms.includes(alg)) return 'token_algorithm_not_accepted';
  if (crit !== undefined || b64 !== undefined) return 'token_critical_header';
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) return 'token_type_not_accepted';
  if (kid !== undefined && typeof kid !== 'string') return 'token_malformed';
  return undefined;
}
