import type { DomainPattern } from './domain';
import type { Pattern } from './pattern';
import type { Route } from './route';
import type { RouteTarget } from './route-table';

/** How one route fits a target, looked at by itself. */
export interface RouteFit {
  readonly domain: boolean;
  readonly path: boolean;
  /** How many leading segments of the target fit the pattern. */
  readonly depth: number;
}

/** Whether a route fits a target, and how far: for explaining only, decisions ask the tree. */
export function fitRoute({ domain, pattern }: Route, target: RouteTarget): RouteFit {
  const depth = fittingDepth(pattern, target.segments);
  const isWhole = pattern.wildcard || pattern.segments.length === target.segments.length;
  return { domain: fitsDomain(domain, target), path: isWhole && depth === pattern.segments.length, depth };
}

function fitsDomain({ kind, host, port }: DomainPattern, target: RouteTarget): boolean {
  if (port !== undefined && port !== target.port) return false;
  if (kind === 'any') return true;
  return kind === 'exact' ? target.host === host : target.host.endsWith(`.${host}`);
}

function fittingDepth({ segments }: Pattern, target: readonly string[]): number {
  const misfit = segments.findIndex((segment, index) => {
    const text = target[index];
    if (text === undefined) return true;
    return segment.kind === 'literal' ? segment.text !== text : text === '';
  });
  return misfit < 0 ? segments.length : misfit;
}
