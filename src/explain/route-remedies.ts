import { type Demand, demandCredential } from '../core/demand';
import { methodBit } from '../core/method';
import type { Route } from '../core/routing/route';
import { toDemandView } from './demand-view';
import type { Finding } from './finding';
import { type Remedy, withRoute } from './remedy';

/** What is proposed where nothing tells what is wanted: never a public method. */
const CAUTIOUS: Demand = demandCredential(['api_key']);

/** Switches on the route that fits, or makes one. */
export function remedyNoRoute(finding: Finding): Remedy {
  const { request, snapshot } = finding;
  const disabled = snapshot.routes.match(request);
  if (disabled) {
    return changeRoute(finding, disabled, {
      action: 'enable_route',
      detail: 'the route that fits best is disabled',
      body: { enabled: true },
      changed: { enabled: true },
    });
  }
  const body = {
    domain: request.host === '' ? '*' : request.host,
    // A colon or an asterisk would make a pattern of it.
    route_pattern: request.path.replaceAll(':', '%3A').replaceAll('*', '%2A'),
    service_name: null,
    methods: { [request.method]: toDemandView(CAUTIOUS) },
  };
  const detail = 'no route fits; name the service it leads to, then grant permissions for it';
  const post = { method: 'POST', path: '/api/admin/routes', body };
  return { view: { action: 'create_route', detail, request: post }, after: undefined };
}

/** Lets a route take paths that can be read in two ways. */
export function remedyAmbiguousPath(finding: Finding): Remedy | undefined {
  const { request, snapshot } = finding;
  const route = snapshot.routes.match(request);
  if (!route) return undefined;
  const lacksSlash = request.hasEncodedSlash && !route.allowEncodedSlash;
  const lacksSemicolon = request.hasSemicolon && !route.allowSemicolon;
  if (!lacksSlash && !lacksSemicolon) return undefined;
  return changeRoute(finding, route, {
    action: 'allow_path',
    detail: 'the path can be read in more than one way, which the route does not opt in to',
    body: { ...(lacksSlash && { allow_encoded_slash: true }), ...(lacksSemicolon && { allow_semicolon: true }) },
    changed: { allowEncodedSlash: request.hasEncodedSlash, allowSemicolon: request.hasSemicolon },
  });
}

/** Adds the method, demanding what another method of the route does. */
export function remedyNoMethod(finding: Finding, route: Route): Remedy | undefined {
  const { method } = finding.request;
  if (methodBit(method) === 0) return undefined;
  const demand = [...route.demands.values()].find(({ authRequired }) => authRequired) ?? CAUTIOUS;
  const demands = new Map([...route.demands, [method, demand]]);
  const methods = Object.fromEntries([...demands].map(([name, one]) => [name, toDemandView(one)]));
  return changeRoute(finding, route, {
    action: 'add_method',
    detail: `the route does not offer ${method}`,
    body: { methods },
    changed: { demands },
  });
}

/** Raises the limit of a body that has to be read whole. */
export function remedyLargeBody(finding: Finding, route: Route): Remedy | undefined {
  const { bodyLength } = finding.request.fields;
  if (bodyLength === undefined) return undefined;
  return changeRoute(finding, route, {
    action: 'raise_body_limit',
    detail: 'the body is larger than the route takes',
    body: { max_body_bytes: bodyLength },
    changed: { maxBodyBytes: bodyLength },
  });
}

interface RouteChange {
  readonly action: string;
  readonly detail: string;
  readonly body: object;
  readonly changed: Partial<Route>;
}

function changeRoute(finding: Finding, route: Route, { action, detail, body, changed }: RouteChange): Remedy {
  const request = { method: 'PATCH', path: `/api/admin/routes/${route.routeId}`, body };
  return { view: { action, detail, request }, after: withRoute(finding, { ...route, ...changed }) };
}
