/** What the admin API said no to. */
export class AdminRefusal extends Error {
  override readonly name = 'AdminRefusal';

  constructor(
    readonly status: number,
    call: string,
    detail: string,
  ) {
    super(`The admin API refused ${call} with ${status}: ${detail}`);
  }
}
