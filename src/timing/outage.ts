import type { Logger } from '@nestjs/common';
import { toSentence } from '../errors/to-sentence';

/** Something that fails for a while, told of once when it begins and once when it is over. */
export class Outage {
  private isOn = false;

  constructor(
    private readonly logger: Logger,
    private readonly texts: { readonly begins: string; readonly ends: string },
  ) {}

  note(fault: unknown): void {
    if (!this.isOn) this.logger.warn(`${this.texts.begins}: ${toSentence(fault)}`);
    this.isOn = true;
  }

  end(): void {
    if (this.isOn) this.logger.log(this.texts.ends);
    this.isOn = false;
  }
}
