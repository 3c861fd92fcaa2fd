import { ADMIN_REFUSALS } from './admin-refusals';
import type { FieldError, GatewardenError } from './gatewarden-error';

/** The body of a refusal: RFC 9457, plus the predecessor's `error` and `message`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly error: string;
  readonly message: string;
  readonly errors?: readonly FieldError[];
}

/** Renders an error for the caller; stack and cause stay inside. */
export function toProblem(error: GatewardenError, requestId: string): Problem {
  const { title, error: word } = ADMIN_REFUSALS[error.code];
  return {
    type: `urn:gatewarden:problem:${error.code}`,
    title,
    status: error.status,
    code: error.code,
    detail: error.message,
    request_id: requestId,
    error: word,
    message: error.message,
    ...(error.errors && { errors: error.errors }),
  };
}
