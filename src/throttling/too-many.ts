import { GatewardenError } from '../errors/gatewarden-error';

/** 429 that tells how long to wait. */
export function tooMany(message: string, waitSeconds: number): GatewardenError {
  return new GatewardenError('rate_limit_exceeded', message, { headers: { 'Retry-After': String(waitSeconds) } });
}
