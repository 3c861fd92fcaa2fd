/** Another process owns the embedded database; the message says which and what to do. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError';

  constructor(directory: string, pid: string | undefined) {
    const owner = pid === undefined ? '' : ` (pid ${pid})`;
    super(
      `The embedded database ${directory} is in use by another Gatewarden process${owner}. Stop it, or use its admin API.`,
    );
  }
}
