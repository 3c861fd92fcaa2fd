import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startProcess, untilUp } from './processes.mjs';
import { signedLoad, signToken } from './signatures.mjs';

const REQUEST_LIMIT_MS = 10_000;
const METRICS_PROOF = 'auth_requests_total';
const ISSUER = { issuer: 'https://issuer.bench.test/', audience: 'bench' };

/**
 * Starts Gatewarden as it ships – embedded database, access log to a file, metrics on – and gives it a route for each
 * kind of credential, one client, one issuer and their permissions.
 */
export async function startGatewarden({ root, directory, upstreamPort, nodeOptions }) {
  mkdirSync(directory, { recursive: true });
  const [port, decisionPort, adminPort] = [await freePort(), await freePort(), await freePort()];
  const adminToken = randomBytes(24).toString('hex');
  const running = startProcess([process.execPath, ...nodeOptions, join(root, 'dist/src/main.js'), 'start'], {
    core: 1,
    logFile: join(directory, 'access.log'),
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: `pglite:${join(directory, 'db')}`,
      PROXY_LISTEN: `127.0.0.1:${port}`,
      DECISION_LISTEN: `127.0.0.1:${decisionPort}`,
      ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
      GATEWARDEN_ADMIN_TOKEN: adminToken,
    },
  });
  const admin = `http://127.0.0.1:${adminPort}`;
  await untilUp(running, async () => (await fetch(`${admin}/health/ready`)).ok);
  const credentials = await setUpPolicy(`${admin}/api/admin`, adminToken, upstreamPort);
  return { running, port, decisionPort, directory, ...credentials, verify: () => verifyMetrics(admin) };
}

/** Client traffic with an API key. */
export function keyCalls({ running, port, apiKey, verify }) {
  return { running, port, path: '/orders/17?expand=items', headers: [`X-API-Key: ${apiKey}`], verify };
}

/** Client traffic with a token that is known already, signed anew for the service. */
export function tokenCalls({ running, port, token }) {
  return { running, port, path: '/tokens/17?expand=items', headers: [`Authorization: Bearer ${token}`] };
}

/** Client traffic with a signature over a body of 1 KiB. */
export function signedCalls({ running, port, clientId, secret, directory }) {
  const path = '/signed/17?expand=items';
  const prepare = (seconds) => signedLoad({ clientId, secret, target: path, directory }, seconds);
  return { running, port, path, headers: [], prepare };
}

/** Questions of nginx about a request with these fields. */
export function doorCalls({ running, decisionPort }, path, field) {
  const describing = ['X-Original-Method: GET', `X-Original-URI: ${path}`, 'X-Original-Host: bench.test'];
  return { running, port: decisionPort, path: '/authz', headers: [...describing, field], body: '' };
}

async function setUpPolicy(api, token, upstreamPort) {
  const create = (path, body) => post(`${api}/${path}`, token, body);
  const tokenSecret = randomBytes(32).toString('hex');
  const upstreams = [{ url: `http://127.0.0.1:${upstreamPort}` }];
  await create('services', { name: 'bench', upstreams });
  await create('services', { name: 'resigned', upstreams, token_relay: 'resign', relay_secret: tokenSecret });
  await create('issuers', {
    name: 'bench',
    type: 'static',
    issuer: ISSUER.issuer,
    audiences: [ISSUER.audience],
    secret: tokenSecret,
    algorithms: ['HS256'],
  });
  const { client_id, api_key, shared_secret } = await create('clients', {
    client_name: 'bench',
    api_key: { generate: true },
    shared_secret: { generate: true },
  });
  const route = (route_pattern, auth_type, service_name = 'bench') => {
    const demand = { auth_required: true, auth_type };
    return create('routes', { domain: '*', route_pattern, service_name, methods: { GET: demand, POST: demand } });
  };
  const routes = [await route('/*', 'api_key'), await route('/signed/*', 'hmac')];
  await route('/tokens/*', 'jwt', 'resigned');
  for (const { route_id } of routes) {
    await create('permissions', { client_id, route_id, allowed_methods: ['GET', 'POST'] });
  }
  return { apiKey: api_key, clientId: client_id, secret: shared_secret, token: signToken(tokenSecret, ISSUER) };
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
