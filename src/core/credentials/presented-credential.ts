import type { Demand } from '../demand';
import type { GatewayRequest } from '../gateway-request';
import type { CredentialKind } from '../principal';
import type { Route } from '../routing/route';
import { findQueryKey } from './query-key';

/** A credential as it came: what kind it claims to be, and its text. */
export interface PresentedCredential {
  readonly kind: CredentialKind;
  readonly text: string;
}

const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/**
 * The first credential present, in the order Authorization, X-API-Key, query. It alone decides: a bad one never falls
 * through to another. Authorization schemes that are not ours (Basic, Negotiate …) belong to the upstream.
 */
export function findPresentedCredential(
  request: GatewayRequest,
  route: Route,
  demand: Demand,
): PresentedCredential | 'repeated' | undefined {
  const { authorization, apiKey } = request.fields;
  const fromAuthorization = authorization ? readAuthorization(authorization, demand) : undefined;
  if (fromAuthorization) return fromAuthorization;
  if (apiKey !== undefined) return { kind: 'api_key', text: apiKey };
  if (!route.apiKeyInQuery || request.query === '') return undefined;
  const found = findQueryKey(request.query);
  return typeof found === 'object' ? { kind: 'api_key', text: found.key } : found;
}

function readAuthorization(value: string, demand: Demand): PresentedCredential | undefined {
  const space = value.indexOf(' ');
  const scheme = (space < 0 ? value : value.slice(0, space)).toLowerCase();
  const text = space < 0 ? '' : value.slice(space).trim();
  switch (scheme) {
    case 'bearer':
      return { kind: demand.kinds.has('jwt') && COMPACT_JWS.test(text) ? 'jwt' : 'api_key', text };
    case 'apikey':
      return { kind: 'api_key', text };
    case 'hmac':
      return { kind: 'hmac', text };
    default:
      // A field without any scheme is a bare key: clients of api-gatekeeper send it so.
      return space < 0 ? { kind: 'api_key', text: value } : undefined;
  }
}
