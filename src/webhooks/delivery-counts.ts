import { Injectable } from '@nestjs/common';
import type { AttemptOutcome } from './webhook-sender';

/** Attempts of this process by how they ended. */
@Injectable()
export class DeliveryCounts {
  delivered = 0;
  failed = 0;

  note({ error }: AttemptOutcome): void {
    if (error === null) this.delivered += 1;
    else this.failed += 1;
  }
}
