import type { Demand } from '../demand';
import type { GatewayRequest } from '../gateway-request';
import type { CredentialKind } from '../principal';
import type { Route } from '../routing/route';
import { findQueryKey } from './query-key';

/** A credential as it came: what kind it claims to be, and its text; a certificate has none, it is the request's. */
export interface PresentedCredential {
  readonly kind: CredentialKind;
  readonly text: string;
}

const CERTIFICATE: PresentedCredential = { kind: 'mtls', text: '' };
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/**
 * The first credential present, in the order Authorization, X-API-Key, query, client certificate. It alone decides: a
 * bad one never falls through to another. Authorization schemes that are not ours (Basic, Negotiate …) belong to the
 * upstream. A certificate belongs to the connection, so it is presented to those methods only that take one.
 */
export function findPresentedCredential(
  request: GatewayRequest,
  route: Route,
  demand: Demand,
): PresentedCredential | 'repeated' | undefined {
  const { authorization, apiKey } = request.fields;
  const fromAuthorization = authorization === undefined ? undefined : readAuthorization(authorization, demand);
  if (fromAuthorization) return fromAuthorization;
  if (apiKey !== undefined) return { kind: 'api_key', text: apiKey };
  const inQuery = route.apiKeyInQuery && request.query !== '' ? findQueryKey(request.query) : undefined;
  if (inQuery) return inQuery === 'repeated' ? inQuery : { kind: 'api_key', text: inQuery.key };
  return request.certificate && demand.kinds.has('mtls') ? CERTIFICATE : undefined;
}

/** Whether an Authorization value is a credential for the gateway rather than one of the upstream's own schemes. */
export function isGatewayAuthorization(value: string): boolean {
  return schemeOf(value) !== undefined;
}

function readAuthorization(value: string, demand: Demand): PresentedCredential | undefined {
  const scheme = schemeOf(value);
  if (!scheme) return undefined;
  const text = scheme === 'bare' ? value : value.slice(scheme.length).trim();
  if (scheme === 'hmac') return { kind: 'hmac', text };
  return { kind: scheme === 'bearer' && isToken(text, demand) ? 'jwt' : 'api_key', text };
}

/** Where keys are taken too, what is no JWS is a key: a key that was mistyped must not be shown to an issuer. */
function isToken(text: string, { kinds }: Demand): boolean {
  return kinds.has('jwt') && (!kinds.has('api_key') || COMPACT_JWS.test(text));
}

/** A value without any scheme is a bare key: clients of api-gatekeeper send it so. */
function schemeOf(value: string): 'bearer' | 'apikey' | 'hmac' | 'bare' | undefined {
  const space = value.indexOf(' ');
  const scheme = (space < 0 ? value : value.slice(0, space)).toLowerCase();
  if (scheme === 'bearer' || scheme === 'apikey' || scheme === 'hmac') return scheme;
  return space < 0 && value !== '' ? 'bare' : undefined;
}
