import { parseDomain } from '../../core/routing/domain';
import { parsePattern, routeMatchKey } from '../../core/routing/pattern';
import { routeSchema } from '../../routes/route.schema';
import type { Mapping, Microservices, Server } from './predecessor-files';
import { type Remark, toPath } from './remark';
import { type PlannedService, ServicePlan } from './service-plan';

const METHODS = ['GET', 'POST', 'OPTIONS', 'HEAD', 'PUT', 'DELETE', 'PATCH'];
const BY_TOKEN = { auth_required: true, auth_type: 'jwt' };
const BY_APP = { auth_required: false, protect: true };

/** A route as the import sends it. */
export interface PlannedRoute {
  readonly domain: string;
  readonly route_pattern: string;
  readonly destination: string;
  readonly service_name: string;
  readonly methods: Readonly<Record<string, object>>;
}

/** The services and routes of `microservices.yml`, and what of it has no equal. */
export interface RoutePlan {
  readonly services: readonly PlannedService[];
  readonly routes: readonly PlannedRoute[];
  readonly hasProtected: boolean;
  readonly remarks: readonly Remark[];
}

interface Place {
  readonly server: Server;
  readonly mapping: Mapping;
  readonly path: string;
}

/** Plans a route for each host and mapping; `file` is what remarks name. */
export function planRoutes({ server: servers }: Microservices, file: string): RoutePlan {
  const remarks: Remark[] = [];
  const services = new ServicePlan();
  const taken = new Map<string, string>();
  const routes = placesOf(servers).flatMap((place): PlannedRoute[] => {
    const planned = planRoute(place, services, taken);
    if (typeof planned !== 'string') return [planned];
    remarks.push({ file, path: place.path, message: `${planned}; it is left out` });
    return [];
  });
  const hasProtected = routes.some(({ methods }) => methods.GET === BY_APP);
  return { services: services.services, routes, hasProtected, remarks: [...remarks, ...remarksOn(servers, file)] };
}

function placesOf(servers: readonly Server[]): Place[] {
  return servers.flatMap((server, serverIndex) =>
    server.mapping.map((mapping, index) => ({
      server,
      mapping,
      path: toPath(['server', serverIndex, 'mapping', index]),
    })),
  );
}

/** The route of a mapping, or why there is none. */
function planRoute({ server, mapping, path }: Place, services: ServicePlan, taken: Map<string, string>) {
  const demand = mapping.protect ? BY_APP : BY_TOKEN;
  const place = {
    domain: server.source_host,
    route_pattern: toWildcard(mapping.source_endpoint),
    destination: toWildcard(mapping.destination_endpoint.replace(/^(?=[^/])/, '/')),
    methods: Object.fromEntries(METHODS.map((method) => [method, demand])),
  };
  const { error } = routeSchema.safeParse({ ...place, service_name: null });
  if (error) return error.issues.map(({ message }) => message).join(', ');
  const domain = parseDomain(place.domain);
  const key = routeMatchKey(domain, parsePattern(place.route_pattern));
  const first = taken.get(key);
  if (first !== undefined) return `matches what ${first} matches, and only one target can answer`;
  const service = services.add(server, mapping);
  if ('fault' in service) return service.fault;
  taken.set(key, path);
  return { ...place, domain: domain.text, service_name: service.name };
}

/** A path as a pattern for itself and all below it: nothing in it is a parameter or a wildcard. */
function toWildcard(endpoint: string): string {
  const literal = endpoint.replace(/[%*?# ]|(?<=\/):/g, (character) => encode(character));
  return `${literal.replace(/\/$/, '')}/*`;
}

function encode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function remarksOn(servers: readonly Server[], file: string): Remark[] {
  const unused = servers.flatMap(({ target_url }, index) =>
    target_url === undefined ? [] : [remark(file, toPath(['server', index, 'target_url']), UNUSED)],
  );
  const nested = placesOf(servers).flatMap((place, _, places) => {
    const inner = places.find((other) => isBelow(other, place));
    return inner ? [remark(file, inner.path, `lies below ${place.path}: the longer path alone answers now`)] : [];
  });
  return [...unused, ...nested, ...(servers.length > 0 ? [remark(file, '', WHOLE_SEGMENTS)] : [])];
}

const UNUSED = 'was never read: mappings have their own';
const WHOLE_SEGMENTS =
  'source_host and source_endpoint matched anywhere in a host and path; routes match the whole host and whole path segments';

function isBelow(inner: Place, outer: Place): boolean {
  const [host, outerHost] = [inner.server.source_host, outer.server.source_host];
  const base = outer.mapping.source_endpoint.replace(/\/$/, '');
  return host === outerHost && inner !== outer && inner.mapping.source_endpoint.startsWith(`${base}/`);
}

function remark(file: string, path: string, message: string): Remark {
  return { file, path, message };
}
