import type { FieldError } from '../errors/gatewarden-error';

/** What the admin API said no to. */
export class AdminRefusal extends Error {
  override readonly name = 'AdminRefusal';

  constructor(
    readonly status: number,
    call: string,
    detail: string,
    /** The faulty fields of what was sent, with their pointers. */
    readonly errors: readonly FieldError[] = [],
  ) {
    super(`The admin API refused ${call} with ${status}: ${detail}`);
  }
}
