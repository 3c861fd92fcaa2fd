// node bench/scale-policy.mjs URL [--routes N] [--clients N] [--permissions N] [--upstream URL]: fills an empty, migrated
// PostgreSQL database with policy, in seconds. GATEWARDEN_MASTER_KEY is the key its gateways will have.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import pg from 'pg';

const BATCH = 10_000;

const load = createRequire(import.meta.url);

/** The key of the client with this number, counted from 0: anybody can make the load of all clients with nothing but this. */
export const keyOf = (client) => `scale-key-of-client-${client}`;

/** A path that this client may GET. */
export const pathOf = (client, routes) => `/r${client % routes}/x`;

/** Fills the tables at revision 1: `routes`, `clients` with a key each, and `permissions` spread evenly. */
export async function fillPolicy(url, { routes, clients, permissions, upstream, masterKey }) {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  try {
    await database.query('BEGIN');
    await fillRoutes(database, routes, upstream);
    await fillClients(database, clients);
    await fillKeys(database, clients, masterKey);
    await fillPermissions(database, { routes, clients, perClient: Math.floor(permissions / clients) });
    await database.query('UPDATE config_revision SET revision = 1');
    await database.query('COMMIT');
    // As the server itself does in the minutes after such a load; until then it reads slowly.
    await database.query('VACUUM (ANALYZE)');
  } finally {
    await database.end();
  }
}

async function fillRoutes(database, routes, upstream) {
  await database.query(
    `INSERT INTO services (service_id, name, upstreams, load_balancing, hash_on, timeouts, retries, max_body_bytes,
       created_at, updated_at, revision)
     VALUES (md5('service')::uuid, 'scale', $1, 'round_robin', 'ip',
       '{"connect_ms":2000,"response_header_ms":30000,"idle_ms":60000}', 0, 0, now(), now(), 1)`,
    [JSON.stringify([{ url: upstream, weight: 1 }])],
  );
  const demand = { auth_required: true, auth_type: 'api_key' };
  await database.query(
    `INSERT INTO routes (route_id, domain, route_pattern, match_key, service_id, methods, enabled, allow_encoded_slash,
       allow_semicolon, api_key_in_query, hmac_unsigned_query, keep_method_override, protect_versions, created_at,
       updated_at, revision)
     SELECT md5('route ' || i)::uuid, '*', '/r' || i || '/*', encode(sha256(('route ' || i)::bytea), 'hex'),
       md5('service')::uuid, $1, true, false, false, false, false, false, '["v1","v2"]', now(), now(), 1
     FROM generate_series(0, $2::int - 1) i`,
    [JSON.stringify({ GET: demand, POST: demand }), routes],
  );
}

async function fillClients(database, clients) {
  await database.query(
    `INSERT INTO clients (client_id, client_name, alias_key, status, created_at, updated_at, revision, aggregate_revision)
     SELECT md5('client ' || i)::uuid, 'client ' || i, md5('client ' || i)::uuid::text, 'active', now(), now(), 1, 1
     FROM generate_series(0, $1::int - 1) i`,
    [clients],
  );
}

async function fillKeys(database, clients, masterKey) {
  const { SecretKeys } = load('../dist/src/secrets/secret-keys.js');
  const { digestApiKey } = load('../dist/src/core/credentials/api-key.js');
  const { apiKeyPepper } = new SecretKeys(masterKey);
  for (let from = 0; from < clients; from += BATCH) {
    const count = Math.min(BATCH, clients - from);
    const digests = Array.from({ length: count }, (_, i) => digestApiKey(keyOf(from + i), apiKeyPepper));
    await database.query(
      `INSERT INTO credentials (credential_id, client_id, kind, digest, masked, created_at)
       SELECT md5('credential ' || ($1::int + n - 1))::uuid, md5('client ' || ($1::int + n - 1))::uuid, 'api_key', digest,
         'scale-…', now()
       FROM unnest($2::text[]) WITH ORDINALITY AS keys (digest, n)`,
      [from, digests],
    );
  }
}

/** Client i may use route i and others at equal distances, so that no two clients next to each other have the same. */
async function fillPermissions(database, { routes, clients, perClient }) {
  const apart = Math.max(1, Math.floor(routes / perClient));
  await database.query(
    `INSERT INTO permissions (permission_id, client_id, route_id, allowed_methods, created_at, revision)
     SELECT md5('permission ' || i || ' ' || k)::uuid, md5('client ' || i)::uuid,
       md5('route ' || ((i + k * $3::int) % $1::int))::uuid, '["GET", "POST"]', now(), 1
     FROM generate_series(0, $2::int - 1) i, generate_series(0, least($4::int, $1::int) - 1) k`,
    [routes, clients, apart, perClient],
  );
}

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      routes: { type: 'string', default: '10000' },
      clients: { type: 'string', default: '100000' },
      permissions: { type: 'string', default: '1000000' },
      upstream: { type: 'string', default: 'http://127.0.0.1:9' },
    },
  });
  const sizes = {
    routes: Number(values.routes),
    clients: Number(values.clients),
    permissions: Number(values.permissions),
  };
  const masterKey = Buffer.from(process.env.GATEWARDEN_MASTER_KEY ?? '', 'base64');
  await fillPolicy(positionals[0], { ...sizes, upstream: values.upstream, masterKey });
}
