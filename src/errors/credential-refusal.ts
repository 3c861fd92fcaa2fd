import { HttpException } from '@nestjs/common';
import { ADMIN_REFUSALS, type AdminRefusalCode } from './admin-refusals';

/**
 * A refusal by a guard. Any Nest application renders it as it is: it is an HttpException, and its body tells the code and
 * no more than a caller may know.
 */
export class CredentialRefusal extends HttpException {
  constructor(
    readonly code: AdminRefusalCode,
    detail: string,
    readonly headers: Readonly<Record<string, string>>,
  ) {
    const { status, title } = ADMIN_REFUSALS[code];
    super({ type: `urn:gatewarden:problem:${code}`, title, status, code, detail }, status);
    this.message = detail;
  }
}
