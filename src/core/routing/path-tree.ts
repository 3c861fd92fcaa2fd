import type { Pattern } from './pattern';
import type { Route } from './route';

/** A node of the tree over path segments. Only PathTreeEdit may write to one, and only to nodes it made itself. */
export class PathNode {
  literals: Map<string, PathNode> | undefined;
  parameter: PathNode | undefined;
  exact: Route | undefined;
  rest: Route | undefined;

  /**
   * The best route for decoded segments from `index` on: literal before `:name` before `/*`, segment by segment.
   * The number of steps hangs on the depth of the path, not on the number of routes.
   */
  match(segments: readonly string[], index: number): Route | undefined {
    const segment = segments[index];
    if (segment === undefined) return this.exact ?? this.rest;
    const literal = this.literals?.get(segment);
    const found = literal?.match(segments, index + 1);
    if (found) return found;
    if (this.parameter && segment !== '') {
      const matched = this.parameter.match(segments, index + 1);
      if (matched) return matched;
    }
    return this.rest;
  }

  /** The route that stands at this very pattern. */
  at({ segments, wildcard }: Pattern): Route | undefined {
    let node: PathNode | undefined = this;
    for (const segment of segments) {
      node = segment.kind === 'literal' ? node?.literals?.get(segment.text) : node?.parameter;
    }
    return wildcard ? node?.rest : node?.exact;
  }

  get isEmpty(): boolean {
    return !this.exact && !this.rest && !this.parameter && !this.literals?.size;
  }
}

/** One batch of changes: copies each node of the old tree at most once, so that readers of it see no change. */
export class PathTreeEdit {
  private readonly own = new WeakSet<PathNode>();

  /** The tree with `route` at its pattern, or with nothing there. */
  set(root: PathNode | undefined, pattern: Pattern, route: Route | undefined): PathNode {
    const top = this.writable(root);
    const trail: { node: PathNode; key: string | undefined }[] = [];
    let node = top;
    for (const segment of pattern.segments) {
      const key = segment.kind === 'literal' ? segment.text : undefined;
      trail.push({ node, key });
      node = key === undefined ? this.parameterOf(node) : this.literalOf(node, key);
    }
    if (pattern.wildcard) node.rest = route;
    else node.exact = route;
    if (!route) prune(trail, node);
    return top;
  }

  private writable(node: PathNode | undefined): PathNode {
    if (node && this.own.has(node)) return node;
    const copy = new PathNode();
    this.own.add(copy);
    if (!node) return copy;
    copy.literals = node.literals && new Map(node.literals);
    copy.parameter = node.parameter;
    copy.exact = node.exact;
    copy.rest = node.rest;
    return copy;
  }

  private parameterOf(node: PathNode): PathNode {
    node.parameter = this.writable(node.parameter);
    return node.parameter;
  }

  private literalOf(node: PathNode, text: string): PathNode {
    node.literals ??= new Map();
    const child = this.writable(node.literals.get(text));
    node.literals.set(text, child);
    return child;
  }
}

function prune(trail: readonly { node: PathNode; key: string | undefined }[], leaf: PathNode): void {
  let child = leaf;
  for (const { node, key } of trail.toReversed()) {
    if (!child.isEmpty) return;
    if (key === undefined) node.parameter = undefined;
    else node.literals?.delete(key);
    child = node;
  }
}
