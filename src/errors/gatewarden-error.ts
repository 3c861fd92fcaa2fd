import { ADMIN_REFUSALS, type AdminRefusalCode } from './admin-refusals';

/** One faulty field of a request body, by JSON pointer (RFC 6901; `''` is the body itself). */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

interface Particulars {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A refusal or fault of the control plane; its message is shown to the caller, so it never holds a secret. */
export class GatewardenError extends Error {
  override readonly name = 'GatewardenError';
  readonly status: number;
  readonly logLevel: 'debug' | 'error';
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: AdminRefusalCode,
    message: string,
    { errors, headers = {}, cause }: Particulars = {},
  ) {
    super(message, { cause });
    this.status = ADMIN_REFUSALS[code].status;
    this.logLevel = this.status >= 500 ? 'error' : 'debug';
    this.errors = errors;
    this.headers = headers;
  }
}
