import type { PolicyClient } from '../core/policy-client';
import type { Principal } from '../core/principal';
import type { Route } from '../core/routing/route';
import type { DecisionMade } from '../decision/decision-made';
import type { ExchangeEnded } from '../proxy/exchange-ended';

const USER_AGENT_LENGTH = 256;
/** Text that stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** The thousandths of a number as they stand behind it, without the noughts that say nothing. */
const THOUSANDTHS = Array.from({ length: 1000 }, (_, count) => (count === 0 ? '' : String(count / 1000).slice(1)));

const clientFields = new WeakMap<PolicyClient, string>();
const routeFields = new WeakMap<Route, string>();

/**
 * The fields of every decision as the inside of a JSON object, under the names of api-gatekeeper. Texts a client chose
 * are bounded; no header, query or body is among them. Written by hand because a line a request is the hot path.
 */
export function decisionFields({ decisionId, entrance, request, decision, durationMs }: DecisionMade): string {
  const { principal, route, allowed, code } = decision;
  const { requestId, method, path, host, clientAddress, userAgent } = request;
  const agent = userAgent === undefined ? '' : `,"user_agent":${json(userAgent.slice(0, USER_AGENT_LENGTH))}`;
  const client = callerFields(principal);
  const routeId = route === undefined ? '' : fieldsOfRoute(route);
  return (
    `"client_ip":"${clientAddress}"${agent},${client},"route":${json(path)},"domain":"${host}"${routeId}` +
    `,"method":${json(method)},"allowed":${allowed},"reason":"${code}","duration_ms":${micros(durationMs)}` +
    `,"entrance":"${entrance}","request_id":"${requestId}","decision_id":"${decisionId}"`
  );
}

/** What an exchange adds to its decision. */
export function exchangeFields({ status, service, upstream, upstreamMs, bytesSent, fault }: ExchangeEnded): string {
  const target = upstream === undefined ? '' : `,"upstream":${json(upstream)}`;
  const failure = fault === undefined ? '' : `,"fault":"${fault}"`;
  return (
    `,"status":${status},"service":${json(service)}${target}` +
    `,"upstream_ms":${micros(upstreamMs)},"bytes_sent":${bytesSent}${failure}`
  );
}

/** A text as JSON. */
export function json(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Whoever is no client is `public`, with the token's subject or the app beside it. */
function callerFields(principal: Principal): string {
  if (principal.kind === 'client') return fieldsOfClient(principal.client);
  if (principal.kind === 'user') return `"client_id":"public","user_id":${json(String(principal.token.subject ?? ''))}`;
  return principal.kind === 'app' ? `"client_id":"public","app":${json(principal.app)}` : '"client_id":"public"';
}

function fieldsOfClient(client: PolicyClient): string {
  let fields = clientFields.get(client);
  if (fields === undefined) {
    fields = `"client_id":"${client.clientId}","client_name":${json(client.clientName)}`;
    clientFields.set(client, fields);
  }
  return fields;
}

function fieldsOfRoute(route: Route): string {
  let fields = routeFields.get(route);
  if (fields === undefined) {
    fields = `,"route_id":"${route.routeId}"`;
    routeFields.set(route, fields);
  }
  return fields;
}

/** Milliseconds to the microsecond, as a JSON number. */
function micros(ms: number): string {
  const count = Math.round(ms * 1000);
  const whole = Math.floor(count / 1000);
  return `${whole}${THOUSANDTHS[count - whole * 1000]}`;
}
