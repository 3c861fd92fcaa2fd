import { PersistentMap, type PersistentMapEdit } from '../persistent-map';
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
    const edit = this.edit();
    edit.apply(changed, removedIds);
    return edit.finish();
  }

  /** Changes that may be made over several turns, unseen by readers of this table. */
  edit(): RouteTableEdit {
    return new RouteTableEdit(this.byId, this.trees, (byId, trees) => {
      if (byId === this.byId) return this;
      const domains = [...trees.keys()];
      const hasWildcards = domains.some((domain) => domain.startsWith('*.'));
      return new RouteTable(byId, trees, hasWildcards, domains.some(namesPort));
    });
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

/** One batch of changes: copies each node of the old trees at most once. Of no use once it is finished. */
export class RouteTableEdit {
  private readonly byId: PersistentMapEdit<Route>;
  private readonly tree = new PathTreeEdit();
  private copies: Map<string, PathNode> | undefined;

  constructor(
    byId: PersistentMap<Route>,
    private readonly before: ReadonlyMap<string, PathNode>,
    private readonly make: (byId: PersistentMap<Route>, trees: ReadonlyMap<string, PathNode>) => RouteTable,
  ) {
    this.byId = byId.edit();
  }

  find(routeId: string): Route | undefined {
    return this.byId.get(routeId);
  }

  /** Adds or replaces routes after removing those ids; a place that changes hands may be taken before it is given free. */
  apply(changed: readonly Route[], removedIds: readonly string[]): void {
    for (const routeId of removedIds) this.remove(routeId);
    for (const { routeId } of changed) this.remove(routeId);
    for (const route of changed) {
      this.place(route, route);
      this.byId.set(route.routeId, route);
    }
  }

  finish(): RouteTable {
    return this.make(this.byId.finish(), this.copies ?? this.before);
  }

  private remove(routeId: string): void {
    const route = this.byId.get(routeId);
    if (!route) return;
    this.byId.set(routeId, undefined);
    // In an earlier slice another route may have taken the place already.
    if (this.at(route) === route) this.place(route, undefined);
  }

  private at({ domain, pattern }: Route): Route | undefined {
    return (this.copies ?? this.before).get(domain.text)?.at(pattern);
  }

  private place(route: Route, value: Route | undefined): void {
    this.copies ??= new Map(this.before);
    const root = this.tree.set(this.copies.get(route.domain.text), route.pattern, value);
    if (root.isEmpty) this.copies.delete(route.domain.text);
    else this.copies.set(route.domain.text, root);
  }
}

function namesPort(domain: DomainPattern['text']): boolean {
  return /:[0-9]+$/.test(domain);
}
