import { PersistentMap } from '../persistent-map';
import type { DomainPattern } from './domain';
import { PathNode, PathTreeEdit } from './path-tree';
import type { Route } from './route';

/** What is matched: a canonical host, its port as sent (or ''), and percent-decoded path segments. */
export interface RouteTarget {
  readonly host: string;
  readonly port: string;
  readonly segments: readonly string[];
}

/**
 * All routes as one immutable tree over domain and path. Precedence: exact domain, longer wildcard, shorter wildcard,
 * `*`; in each a domain that names the port before one that does not; then the path, segment by segment.
 */
export class RouteTable {
  private constructor(
    private readonly byId: PersistentMap<Route>,
    private readonly trees: ReadonlyMap<string, PathNode>,
    private readonly hasWildcards: boolean,
    private readonly hasPorts: boolean,
  ) {}

  static readonly empty = new RouteTable(PersistentMap.empty(), new Map(), false, false);

  get size(): number {
    return this.byId.size;
  }

  /** All routes, in no order. */
  routes(): IterableIterator<Route> {
    return this.byId.values();
  }

  find(routeId: string): Route | undefined {
    return this.byId.get(routeId);
  }

  match(target: RouteTarget): Route | undefined {
    return (
      this.matchDomain(target.host, target) ??
      (this.hasWildcards ? this.matchWildcards(target) : undefined) ??
      this.matchDomain('*', target)
    );
  }

  /** The table after these routes were added or replaced and those ids removed. */
  with(changed: readonly Route[], removedIds: readonly string[]): RouteTable {
    const trees = new Map(this.trees);
    const edit = new PathTreeEdit();
    const gone = [...removedIds, ...changed.map((route) => route.routeId)].flatMap((id) => this.byId.get(id) ?? []);
    for (const route of gone) place(trees, edit, route, undefined);
    for (const route of changed) place(trees, edit, route, route);
    const byId = this.byId.with([
      ...removedIds.map((id) => [id, undefined] as const),
      ...changed.map((route) => [route.routeId, route] as const),
    ]);
    const domains = [...trees.keys()];
    const hasWildcards = domains.some((domain) => domain.startsWith('*.'));
    return new RouteTable(byId, trees, hasWildcards, domains.some(namesPort));
  }

  private matchWildcards(target: RouteTarget): Route | undefined {
    for (let dot = target.host.indexOf('.'); dot >= 0; dot = target.host.indexOf('.', dot + 1)) {
      const found = this.matchDomain(`*${target.host.slice(dot)}`, target);
      if (found) return found;
    }
    return undefined;
  }

  private matchDomain(domain: string, target: RouteTarget): Route | undefined {
    const withPort = this.hasPorts && target.port !== '' ? this.trees.get(`${domain}:${target.port}`) : undefined;
    return withPort?.match(target.segments, 0) ?? this.trees.get(domain)?.match(target.segments, 0);
  }
}

function place(trees: Map<string, PathNode>, edit: PathTreeEdit, route: Route, value: Route | undefined): void {
  const root = edit.set(trees.get(route.domain.text), route.pattern, value);
  if (root.isEmpty) trees.delete(route.domain.text);
  else trees.set(route.domain.text, root);
}

function namesPort(domain: DomainPattern['text']): boolean {
  return /:[0-9]+$/.test(domain);
}
