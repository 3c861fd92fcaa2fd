import type { Decision } from '../../src/core/decision';
import { demandCredential } from '../../src/core/demand';
import { METHODS, methodMask } from '../../src/core/method';
import type { PolicyClient } from '../../src/core/policy-client';
import type { NonceStore } from '../../src/core/ports';
import type { RequestBody } from '../../src/core/request-body';
import {
  aClient,
  aRequest,
  aRoute,
  aService,
  aSnapshot,
  decideNow,
  NOW_MS,
  portsAt,
  type RequestText,
  type RouteText,
} from './policy';
import { anHmacSecret, type HmacText, hmacAuthorization, RememberedNonces } from './signing';

export const CLIENT_ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const HMAC = demandCredential(['hmac']);
export const HMAC_DEMANDS = Object.fromEntries(METHODS.map((method) => [method, HMAC]));

/** What a request is decided on, besides itself. */
export interface Scene {
  readonly route?: RouteText;
  readonly client?: Partial<PolicyClient>;
  readonly nonces?: NonceStore;
  readonly nowMs?: number;
  readonly body?: RequestBody;
}

/** The decision on a request for a route that takes nothing but signatures, and one client that may use it. */
export function decideSigned(text: RequestText, scene: Scene = {}): Decision {
  const { nonces = new RememberedNonces(), nowMs = NOW_MS, body } = scene;
  const route = aRoute({ routeId: 'orders', pattern: '/*', domain: '*', methods: HMAC_DEMANDS, ...scene.route });
  const client: PolicyClient = {
    ...aClient({ clientId: CLIENT_ID, alias: 'legacy-7', hmacSecrets: [anHmacSecret()] }),
    permissions: new Map([['orders', methodMask(METHODS)]]),
    ...scene.client,
  };
  const request = { ...aRequest(text), ...(body && { body }) };
  return decideNow(
    request,
    aSnapshot({ routes: [route], clients: [client], services: [aService()] }),
    portsAt(nowMs, { nonces }),
  );
}

/** A request signed as `signed` says and sent as `sent` says; what is left out is the same in both. */
export function signedRequest(signed: Partial<HmacText> = {}, sent: RequestText = {}): RequestText {
  const { method, target, body } = signed;
  const headers = { Authorization: hmacAuthorization({ clientId: CLIENT_ID, ...signed }) };
  return { method, target, body: body?.toString('latin1'), headers, ...sent };
}
