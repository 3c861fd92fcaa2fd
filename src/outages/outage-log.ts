import type { Logger } from '@nestjs/common';
import { toSentence } from '../errors/to-sentence';

/** What the log says of work that is tried again and again: one line when it begins to fail, one when it goes on. */
export class OutageLog {
  private isFailing = false;

  /** Both sentences are told as they are; the reason follows the first. */
  constructor(
    private readonly logger: Logger,
    private readonly failing: string,
    private readonly goingOn: string,
  ) {}

  noteFault(error: unknown): void {
    if (!this.isFailing) this.logger.warn(`${this.failing}: ${toSentence(error)}`);
    this.isFailing = true;
  }

  noteSuccess(): void {
    if (this.isFailing) this.logger.log(this.goingOn);
    this.isFailing = false;
  }
}
