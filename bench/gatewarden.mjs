import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startProcess, untilUp } from './processes.mjs';

const REQUEST_LIMIT_MS = 10_000;
const METRICS_PROOF = 'auth_requests_total';

/**
 * Starts Gatewarden as it ships – embedded database, access log to a file, metrics on – and gives it one service, one
 * route that asks for an API key, one client and its permission.
 */
export async function startGatewarden({ root, directory, upstreamPort, nodeOptions }) {
  mkdirSync(directory, { recursive: true });
  const [port, adminPort] = [await freePort(), await freePort()];
  const adminToken = randomBytes(24).toString('hex');
  const running = startProcess([process.execPath, ...nodeOptions, join(root, 'dist/src/main.js'), 'start'], {
    core: 1,
    logFile: join(directory, 'access.log'),
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: `pglite:${join(directory, 'db')}`,
      PROXY_LISTEN: `127.0.0.1:${port}`,
      DECISION_LISTEN: '127.0.0.1:0',
      ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
      GATEWARDEN_ADMIN_TOKEN: adminToken,
    },
  });
  const admin = `http://127.0.0.1:${adminPort}`;
  await untilUp(running, async () => (await fetch(`${admin}/health/ready`)).ok);
  const apiKey = await setUpPolicy(`${admin}/api/admin`, adminToken, upstreamPort);
  return { running, port, headers: [`X-API-Key: ${apiKey}`], verify: () => verifyMetrics(admin) };
}

async function setUpPolicy(api, token, upstreamPort) {
  const create = (path, body) => post(`${api}/${path}`, token, body);
  await create('services', { name: 'bench', upstreams: [{ url: `http://127.0.0.1:${upstreamPort}` }] });
  const { route_id } = await create('routes', {
    domain: '*',
    route_pattern: '/*',
    service_name: 'bench',
    methods: { GET: { auth_required: true, auth_type: 'api_key' } },
  });
  const { client_id, api_key } = await create('clients', { client_name: 'bench', api_key: { generate: true } });
  await create('permissions', { client_id, route_id, allowed_methods: ['GET'] });
  return api_key;
}

async function post(url, token, body) {
  const reply = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
  });
  if (reply.status !== 201) throw new Error(`POST ${url} answered ${reply.status}: ${await reply.text()}`);
  return reply.json();
}

/** A figure without metrics would flatter. */
async function verifyMetrics(admin) {
  const text = await (await fetch(`${admin}/metrics`, { signal: AbortSignal.timeout(REQUEST_LIMIT_MS) })).text();
  if (!text.includes(`${METRICS_PROOF}{`))
    throw new Error(`Gatewarden counted no requests: ${METRICS_PROOF} is missing`);
}
