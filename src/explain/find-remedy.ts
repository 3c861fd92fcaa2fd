import type { Demand } from '../core/demand';
import type { Route } from '../core/routing/route';
import { remedyDailyLimit, remedyMethod, remedyNoPermission, remedyStatus } from './client-remedies';
import { demandOf, type Finding, principalOf, routeOf } from './finding';
import type { Remedy, RemedyView } from './remedy';
import { remedyAmbiguousPath, remedyLargeBody, remedyNoMethod, remedyNoRoute } from './route-remedies';

/** Finds the id of the permission of a client for a route. */
export type FindPermissionId = (clientId: string, routeId: string) => Promise<string | undefined>;

/** The change that takes away what a request was refused for, undefined where none would. */
export async function findRemedy(finding: Finding, findPermissionId: FindPermissionId): Promise<Remedy | undefined> {
  const { decision } = finding;
  if (decision.allowed) return undefined;
  const route = routeOf(finding);
  switch (decision.code) {
    case 'no_route_match':
      return remedyNoRoute(finding);
    case 'malformed_request':
      return decision.cause === 'ambiguous_path' ? remedyAmbiguousPath(finding) : undefined;
    case 'method_not_configured':
      return route && remedyNoMethod(finding, route);
    case 'payload_too_large':
      return route && remedyLargeBody(finding, route);
    case 'client_suspended':
    case 'client_revoked':
    case 'no_permission':
    case 'method_not_allowed':
    case 'rate_limit_exceeded':
      return route && remedyClient(finding, route, findPermissionId);
    default:
      return elsewhere(toView(finding, demandOf(finding)));
  }
}

async function remedyClient(
  finding: Finding,
  route: Route,
  findPermissionId: FindPermissionId,
): Promise<Remedy | undefined> {
  const principal = principalOf(finding);
  if (principal.kind !== 'client') return undefined;
  const { client } = principal;
  const { code, limit } = finding.decision;
  if (code === 'rate_limit_exceeded') return remedyDailyLimit(finding, client, limit?.resetSeconds);
  if (code === 'no_permission') return remedyNoPermission(finding, client, route);
  if (code !== 'method_not_allowed') return remedyStatus(finding, client);
  const permissionId = await findPermissionId(client.clientId, route.routeId);
  return permissionId === undefined ? undefined : remedyMethod(finding, client, route, permissionId);
}

/** What the admin API does not change: the caller's credential or token, the request itself, a dependency. */
function toView({ decision, steps }: Finding, demand: Demand | undefined): RemedyView | undefined {
  if (decision.allowed || !demand) return undefined;
  switch (decision.code) {
    case 'credentials_missing':
    case 'invalid_credentials': {
      const isOfApp = steps.at(-1)?.step === 'protect';
      const auth_types = isOfApp ? ['protect'] : [...demand.kinds];
      const detail = `the caller has to show a good credential: ${auth_types.join(' or ')}`;
      return { action: 'present_credential', detail, auth_types };
    }
    case 'insufficient_role':
      return { action: 'use_token_with_roles', detail: wanted('role', demand.rolesAny, demand.rolesAll) };
    case 'insufficient_scope':
      return { action: 'use_token_with_scopes', detail: wanted('scope', demand.scopesAny, demand.scopesAll) };
    case 'condition_denied':
      if (decision.cause === 'opa_denied') {
        return { action: 'change_policy', detail: `the policy agent at ${demand.opa?.url} says no` };
      }
      return { action: 'meet_condition', detail: `the condition must be true: ${demand.condition?.source}` };
    case 'dependency_unavailable':
      return { action: 'restore_dependency', detail: 'what the decision depends on must be available' };
    default:
      return undefined;
  }
}

function elsewhere(view: RemedyView | undefined): Remedy | undefined {
  return view && { view, after: undefined };
}

function wanted(what: string, any: readonly string[], all: readonly string[]): string {
  const parts = [
    ...(any.length > 0 ? [`any ${what} of ${any.join(', ')}`] : []),
    ...(all.length > 0 ? [`every ${what} of ${all.join(', ')}`] : []),
  ];
  return `the token needs ${parts.join(' and ')}`;
}
