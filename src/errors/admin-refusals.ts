/**
 * Every refusal of the admin listener: status and title for the problem body (RFC 9457), and `error`, the word that
 * clients of the predecessor compare.
 */
export const ADMIN_REFUSALS = {
  malformed_request: { status: 400, title: 'Malformed request', error: 'invalid_request' },
  request_invalid: { status: 400, title: 'Invalid request', error: 'invalid_request' },
  credentials_missing: { status: 401, title: 'Credentials missing', error: 'Unauthorized' },
  invalid_credentials: { status: 401, title: 'Invalid credentials', error: 'Unauthorized' },
  client_suspended: { status: 403, title: 'Client suspended', error: 'forbidden' },
  client_revoked: { status: 403, title: 'Client revoked', error: 'forbidden' },
  insufficient_role: { status: 403, title: 'Insufficient role', error: 'forbidden' },
  registration_closed: { status: 403, title: 'Registration closed', error: 'forbidden' },
  not_found: { status: 404, title: 'Not found', error: 'not_found' },
  conflict: { status: 409, title: 'Conflict', error: 'conflict' },
  precondition_failed: { status: 412, title: 'Precondition failed', error: 'precondition_failed' },
  payload_too_large: { status: 413, title: 'Payload too large', error: 'payload_too_large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type', error: 'unsupported_media_type' },
  rate_limit_exceeded: { status: 429, title: 'Too many requests', error: 'rate_limit_exceeded' },
  internal_error: { status: 500, title: 'Internal error', error: 'internal_error' },
  dependency_unavailable: { status: 503, title: 'Dependency unavailable', error: 'dependency_unavailable' },
} as const;

export type AdminRefusalCode = keyof typeof ADMIN_REFUSALS;
