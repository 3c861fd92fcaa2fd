import { GatewardenError } from '../errors/gatewarden-error';

/** What a provider that is away, or whose answers make no sense, is known by. */
const AWAY = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_PARSE_ERROR',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
]);
/** The provider refuses the gateway itself: that is for the operator, not for whoever wants to log in. */
const REFUSES_GATEWAY = new Set(['invalid_client', 'unauthorized_client', 'server_error', 'temporarily_unavailable']);

/** An error of a log-in by OpenID as it is answered: 503 when the provider is at fault, else 401. */
export function toOidcFault(error: unknown): GatewardenError {
  const { code, error: word, name } = error as { code?: unknown; error?: unknown; name?: unknown };
  if (AWAY.has(String(code)) || REFUSES_GATEWAY.has(String(word)) || (name === 'TypeError' && code === undefined)) {
    const headers = { 'Retry-After': '5' };
    return new GatewardenError('dependency_unavailable', 'the OpenID provider cannot be used', {
      headers,
      cause: error,
    });
  }
  return new GatewardenError('invalid_credentials', 'the log-in was not completed; begin again', { cause: error });
}
