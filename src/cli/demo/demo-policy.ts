import type { AdminClient } from '../admin-client';

const SERVICE_NAME = 'gatewarden-demo';
const CLIENT_NAME = 'Gatewarden demo';

const PUBLIC = { auth_required: false };
const API_KEY = { auth_required: true, auth_type: 'api_key' };

/** The routes of the demo; the client gets a permission for GET on each that asks for a key. */
const ROUTES = [
  { route_pattern: '/public/*', methods: { GET: PUBLIC } },
  { route_pattern: '/key/*', methods: { GET: API_KEY, POST: API_KEY } },
  { route_pattern: '/ws', methods: { GET: API_KEY } },
];

/** Brings the demo's service, routes and client to their known state through the admin API; returns the client's fresh key. */
export async function applyDemoPolicy(admin: AdminClient, upstreamUrl: string): Promise<string> {
  const service = { name: SERVICE_NAME, upstreams: [{ url: upstreamUrl }] };
  await upsert(admin, { path: 'services', filter: { name: SERVICE_NAME }, body: service });
  const { client_id, api_key } = await renewClient(admin);
  for (const { route_pattern, methods } of ROUTES) {
    const filter = { domain: '*', route_pattern };
    const route = { ...filter, service_name: SERVICE_NAME, methods };
    const { route_id } = await upsert<{ route_id: string }>(admin, { path: 'routes', filter, body: route });
    if (Object.values(methods).includes(PUBLIC)) continue;
    await admin.send('POST', 'permissions', { client_id, route_id, allowed_methods: ['GET'] });
  }
  return api_key;
}

/** A key is shown once, when it is made: a second start cannot know the one of the first. */
async function renewClient(admin: AdminClient): Promise<{ client_id: string; api_key: string }> {
  const filter = new URLSearchParams({ client_name: CLIENT_NAME });
  const before = await admin.send<{ client_id: string }[]>('GET', `clients?${filter}`);
  for (const { client_id } of before) await admin.send('DELETE', `clients/${client_id}`);
  return admin.send('POST', 'clients', { client_name: CLIENT_NAME, api_key: { generate: true } });
}

interface Upsert {
  readonly path: 'services' | 'routes';
  /** Finds the one object that is meant. */
  readonly filter: Record<string, string>;
  readonly body: unknown;
}

async function upsert<T>(admin: AdminClient, { path, filter, body }: Upsert): Promise<T> {
  const [found] = await admin.send<Record<string, string>[]>('GET', `${path}?${new URLSearchParams(filter)}`);
  if (!found) return admin.send('POST', path, body);
  const id = path === 'services' ? found.service_id : found.route_id;
  return admin.send('PUT', `${path}/${id}`, body);
}
