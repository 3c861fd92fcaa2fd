/** An expression that cannot be used as a condition; the message tells whoever wrote it where and why. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';

  constructor(
    readonly reason: string,
    /** Both from 1, in characters. */
    readonly line: number,
    readonly column: number,
  ) {
    super(`line ${line}, column ${column}: ${reason}`);
  }

  /** An error at an offset of the source, or at what stands there behind white space. */
  static at(source: string, offset: number, reason: string): ConditionError {
    const space = /^\s*(?=\S)/.exec(source.slice(offset))?.[0] ?? '';
    const before = source.slice(0, offset + space.length).split(/\r\n|[\r\n]/);
    return new ConditionError(reason, before.length, (before.at(-1) ?? '').length + 1);
  }
}
