import type { PolicyClient } from '../core/policy-client';
import { NO_CHANGES } from '../core/policy-snapshot';
import type { Route } from '../core/routing/route';
import type { Finding, Inquest } from './finding';

/** A change that would take away what a decision was refused for. */
export interface RemedyView {
  readonly action: string;
  readonly detail: string;
  /** The request of the admin API that makes the change; absent where the change is made elsewhere. */
  readonly request?: { readonly method: string; readonly path: string; readonly body: object };
  /** The kinds of credentials that would do. */
  readonly auth_types?: readonly string[];
}

/** A change, and what could be asked once it is made; undefined where that cannot be foreseen. */
export interface Remedy {
  readonly view: RemedyView;
  readonly after: Inquest | undefined;
}

/** The same question under a policy with another route. */
export function withRoute({ request, snapshot, assumed }: Finding, route: Route): Inquest {
  return { request, assumed, snapshot: snapshot.with(snapshot.revision, { ...NO_CHANGES, routes: [route] }) };
}

/** The same question under a policy in which a client has changed. */
export function withClient({ request, snapshot, assumed }: Finding, client: PolicyClient): Inquest {
  const changed = snapshot.with(snapshot.revision, { ...NO_CHANGES, clients: [client] });
  return { request, assumed: assumed && client, snapshot: changed };
}
