import { type Remark, toLine } from './remark';

/** Everything that is wrong with the files of a command, told together. */
export class UnusableFilesError extends Error {
  override readonly name = 'UnusableFilesError';

  constructor(readonly faults: readonly Remark[]) {
    super(faults.map(toLine).join('\n'));
  }
}
