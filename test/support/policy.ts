import { isPending } from '../../src/core/awaitable';
import { digestApiKey } from '../../src/core/credentials/api-key';
import { ApiKeyDigests } from '../../src/core/credentials/api-key-digests';
import { decide } from '../../src/core/decide';
import type { Decision } from '../../src/core/decision';
import { type Demand, demandCredential, PUBLIC } from '../../src/core/demand';
import {
  type GatewayRequest,
  MalformedRequest,
  type RequestParts,
  toGatewayRequest,
} from '../../src/core/gateway-request';
import { methodMask } from '../../src/core/method';
import type { PolicyApiKey, PolicyClient } from '../../src/core/policy-client';
import type { PolicyService } from '../../src/core/policy-service';
import { NO_CHANGES, type PolicyChanges, PolicySnapshot } from '../../src/core/policy-snapshot';
import type { DecisionPorts, TokenVerifier } from '../../src/core/ports';
import { NO_BODY } from '../../src/core/request-body';
import { parseDomain } from '../../src/core/routing/domain';
import { parsePattern } from '../../src/core/routing/pattern';
import type { Route } from '../../src/core/routing/route';
import { parseDestination } from '../../src/core/routing/upstream-url';

/** The moment all specs of the core live in. */
export const NOW_MS = Date.UTC(2026, 0, 15, 12);
export const PEPPER = Buffer.alloc(32, 7);
/** A foreign key: it has no checksum, so any text of this form is well-formed. */
export const KEY = 'partner-key-0001';
export const API_KEY = demandCredential(['api_key']);

export interface RouteText extends Partial<Omit<Route, 'domain' | 'pattern' | 'destination' | 'demands'>> {
  domain?: string;
  pattern?: string;
  destination?: string;
  methods?: Record<string, Demand>;
}

let made = 0;

/** A route, by default `GET /orders/*` of api.example.com with an API key. */
export function aRoute(text: RouteText = {}): Route {
  const { domain = 'api.example.com', pattern = '/orders/*', destination, methods = { GET: API_KEY }, ...rest } = text;
  const parsed = parsePattern(pattern);
  made += 1;
  return {
    routeId: `route-${made}`,
    enabled: true,
    serviceId: undefined,
    allow: Object.keys(methods).join(', '),
    allowEncodedSlash: false,
    allowSemicolon: false,
    apiKeyInQuery: false,
    hmacUnsignedQuery: false,
    protectVersions: new Set(['v1', 'v2']),
    keepMethodOverride: false,
    maxBodyBytes: undefined,
    timeouts: undefined,
    ...rest,
    domain: parseDomain(domain),
    pattern: parsed,
    destination: destination === undefined ? undefined : parseDestination(destination, parsed),
    demands: new Map(Object.entries(methods)),
  };
}

/** A public demand for each of these methods. */
export function publicMethods(...methods: string[]): Record<string, Demand> {
  return Object.fromEntries(methods.map((method) => [method, PUBLIC]));
}

/** A stored API key as it lies in a snapshot, live for ever unless told otherwise. */
export function anApiKey(key: string = KEY, change: Partial<PolicyApiKey> = {}): PolicyApiKey {
  return {
    credentialId: `credential of ${key}`,
    digest: digestApiKey(key, PEPPER),
    validUntilMs: Number.POSITIVE_INFINITY,
    isRevoked: false,
    ...change,
  };
}

export interface ClientText extends Partial<Omit<PolicyClient, 'permissions'>> {
  /** Methods by route id. */
  permissions?: Record<string, readonly string[]>;
}

/** An active client with KEY and no permissions. */
export function aClient({ permissions = {}, ...rest }: ClientText = {}): PolicyClient {
  return {
    clientId: 'client-1',
    clientName: 'Mobile app',
    status: 'active',
    tenant: undefined,
    alias: undefined,
    apiKeys: [anApiKey()],
    hmacSecrets: [],
    certificates: [],
    requestsPerDay: undefined,
    ...rest,
    permissions: new Map(Object.entries(permissions).map(([routeId, methods]) => [routeId, methodMask(methods)])),
  };
}

/** A service with one upstream that nobody listens on. */
export function aService(change: Partial<PolicyService> = {}): PolicyService {
  return {
    serviceId: 'service-1',
    name: 'orders',
    upstreams: [{ url: 'http://127.0.0.1:9', weight: 1 }],
    loadBalancing: 'round_robin',
    hashOn: 'ip',
    healthCheck: undefined,
    passiveHealth: undefined,
    timeouts: { connectMs: 2000, responseHeaderMs: 30_000, idleMs: 60_000 },
    retries: 0,
    maxBodyBytes: 0,
    tls: undefined,
    tokenRelay: undefined,
    relayKey: undefined,
    ...change,
  };
}

/** Changes of a policy, those not named are none. */
export function changes(some: Partial<PolicyChanges>): PolicyChanges {
  return { ...NO_CHANGES, ...some };
}

/** A policy at revision 1. */
export function aSnapshot(some: Partial<PolicyChanges> = {}): PolicySnapshot {
  return PolicySnapshot.empty.with(1, changes(some));
}

/** Takes no token. */
const NO_TOKENS: TokenVerifier = { verify: () => ({ rejected: 'token_issuer_unknown' }) };

/** Ports with a clock that stands at `nowMs`; what is not given refuses. */
export function portsAt(nowMs: number = NOW_MS, some: Partial<DecisionPorts> = {}): DecisionPorts {
  return {
    now: () => nowMs,
    apiKeyDigests: new ApiKeyDigests(PEPPER),
    nonces: { tryTake: () => false },
    tokens: NO_TOKENS,
    policyAgent: { allows: () => false },
    limiter: { tryTake: () => undefined },
    ...some,
  };
}

export interface RequestText {
  method?: string;
  target?: string;
  /** Left out: api.example.com; null: no Host field. */
  host?: string | null;
  /** Besides Host; a list of pairs where a name comes twice. */
  headers?: Record<string, string> | readonly (readonly [string, string])[];
  body?: string;
  certificate?: RequestParts['certificate'];
}

/** What an entrance hands over, by default `GET /orders/1` for api.example.com. */
export function requestParts(text: RequestText): RequestParts {
  const { method = 'GET', target = '/orders/1', host, headers = {}, body, certificate } = text;
  const pairs = Array.isArray(headers) ? headers.flat() : Object.entries(headers).flat();
  return {
    method,
    target,
    rawHeaders: [...(host === null ? [] : ['Host', host ?? 'api.example.com']), ...pairs],
    isSecure: false,
    clientAddress: '192.0.2.1',
    body: body === undefined ? NO_BODY : { read: () => Buffer.from(body) },
    certificate,
  };
}

/**
 * A request in canonical form.
 * @throws Error when the text is not one
 */
export function aRequest(text: RequestText = {}): GatewayRequest {
  const request = toGatewayRequest(requestParts(text));
  if (request instanceof MalformedRequest) throw new Error(`not a canonical request: ${request.fault}`);
  return request;
}

/**
 * The decision on a request, which must be at hand.
 * @throws Error when it waits for something
 */
export function decideNow(request: GatewayRequest, snapshot: PolicySnapshot, ports: DecisionPorts): Decision {
  const decision = decide(request, snapshot, ports);
  if (isPending(decision)) throw new Error('the decision is not at hand');
  return decision;
}
