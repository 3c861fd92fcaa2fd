import { GatewardenError } from '../errors/gatewarden-error';

/** 503 for more passwords than can be verified in a while. */
export function tooBusy(): GatewardenError {
  const headers = { 'Retry-After': '5' };
  return new GatewardenError('dependency_unavailable', 'too many passwords are being verified', { headers });
}
