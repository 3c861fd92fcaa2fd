/** A declarative file that cannot be applied; nothing was sent. */
export class UnusableFileError extends Error {
  override readonly name = 'UnusableFileError';

  constructor(readonly faults: readonly string[]) {
    super(faults.join('; '));
  }
}
