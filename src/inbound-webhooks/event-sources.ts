import { Injectable } from '@nestjs/common';
import type { EventSource } from './event-source';
import { InboundActions } from './inbound-actions';
import { SIGNATURE_SCHEMES } from './signature-scheme';
import { WebhookSourcesService } from './webhook-sources.service';

/** Finds who sends events. */
@Injectable()
export class EventSources {
  constructor(
    private readonly sources: WebhookSourcesService,
    private readonly actions: InboundActions,
  ) {}

  /** Undefined when there is none, or it is switched off. */
  async find(name: string): Promise<EventSource | undefined> {
    if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name)) return undefined;
    const found = await this.sources.findEnabled(name);
    if (!found) return undefined;
    const { row, secret } = found;
    const actions = this.actions.of(row.events);
    // One sentence for whatever is wrong: no more is told of sources than that.
    const headerFault = 'Invalid signature';
    return { name, scheme: SIGNATURE_SCHEMES[row.scheme], secret, headerFault, actions };
  }
}
