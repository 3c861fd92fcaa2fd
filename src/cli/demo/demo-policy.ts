import type { AdminClient } from '../admin-client';
import type { DemoCredentials } from './demo-credentials';
import { upsert } from './upsert';

const SERVICE_NAME = 'gatewarden-demo';
/** The same upstream, told who calls by a token of the gateway's own. */
const ASSERTED_SERVICE_NAME = 'gatewarden-demo-asserted';

const PUBLIC = { auth_required: false };
const API_KEY = { auth_required: true, auth_type: 'api_key' };
const HMAC = { auth_required: true, auth_type: 'hmac' };
const TOKEN = { auth_required: true, auth_type: 'jwt' };
const EITHER = { auth_required: true, auth_types: ['jwt', 'api_key'] };
const PROTECT = { auth_required: false, protect: true };

interface DemoRoute {
  readonly route_pattern: string;
  readonly methods: Record<string, object>;
  readonly service_name?: string;
  /** Whether clients need a permission, which they get for GET. */
  readonly isForClients?: boolean;
}

const ROUTES: readonly DemoRoute[] = [
  { route_pattern: '/public/*', methods: { GET: PUBLIC } },
  { route_pattern: '/key/*', methods: { GET: API_KEY, POST: API_KEY }, isForClients: true },
  { route_pattern: '/hmac/*', methods: { GET: HMAC }, isForClients: true },
  {
    route_pattern: '/token/*',
    methods: { GET: TOKEN, DELETE: { ...TOKEN, roles_any: ['admin'] } },
    service_name: ASSERTED_SERVICE_NAME,
  },
  { route_pattern: '/either/*', methods: { GET: EITHER }, isForClients: true },
  { route_pattern: '/protect/*', methods: { GET: PROTECT } },
  { route_pattern: '/ws', methods: { GET: API_KEY }, isForClients: true },
];

/** Brings the demo's services, routes and permissions to their known state through the admin API. */
export async function applyDemoPolicy(
  admin: AdminClient,
  upstreamUrl: string,
  { clientId, dailyClientId }: DemoCredentials,
): Promise<void> {
  const upstreams = [{ url: upstreamUrl }];
  const plain = { name: SERVICE_NAME, upstreams };
  const asserted = { name: ASSERTED_SERVICE_NAME, upstreams, token_relay: 'assertion' };
  for (const body of [plain, asserted]) await upsert(admin, { path: 'services', filter: { name: body.name }, body });
  for (const { isForClients, ...route } of ROUTES) {
    const filter = { domain: '*', route_pattern: route.route_pattern };
    const body = { service_name: SERVICE_NAME, ...filter, ...route };
    const { route_id } = await upsert<{ route_id: string }>(admin, { path: 'routes', filter, body });
    if (!isForClients) continue;
    for (const client_id of [clientId, dailyClientId]) {
      await admin.send('POST', 'permissions', { client_id, route_id, allowed_methods: ['GET'] });
    }
  }
}
