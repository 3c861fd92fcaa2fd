import { HttpException } from '@nestjs/common';
import type { AdminRefusalCode } from './admin-refusals';
import { CredentialRefusal } from './credential-refusal';
import { isDatabaseFault } from './database-fault';
import { GatewardenError } from './gatewarden-error';

/** What the framework and the body parser refuse, said in our words: theirs may quote the body, and with it a secret. */
const BY_STATUS: Readonly<Record<number, readonly [AdminRefusalCode, string]>> = {
  400: ['malformed_request', 'the path or the body is malformed; a body must be valid JSON'],
  404: ['not_found', 'there is nothing at this path'],
  413: ['payload_too_large', 'the request body is larger than 1 MB'],
  415: ['unsupported_media_type', 'the request body must be application/json in UTF-8'],
};

/** Any thrown value as the one kind of error the filter renders; what nobody expected becomes 500 or 503. */
export function toGatewardenError(thrown: unknown): GatewardenError {
  if (thrown instanceof GatewardenError) return thrown;
  if (thrown instanceof CredentialRefusal) {
    return new GatewardenError(thrown.code, thrown.message, { headers: thrown.headers, cause: thrown.cause });
  }
  if (thrown instanceof HttpException) {
    const known = BY_STATUS[thrown.getStatus()];
    if (known) return new GatewardenError(...known, { cause: thrown });
  }
  if (isDatabaseFault(thrown)) {
    const headers = { 'Retry-After': '1' };
    return new GatewardenError('dependency_unavailable', 'the database is not available', { headers, cause: thrown });
  }
  return new GatewardenError('internal_error', 'something went wrong; the log has it under this request id', {
    cause: thrown,
  });
}
