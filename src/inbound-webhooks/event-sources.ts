import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { AegisEvents } from './aegis-events';
import type { EventSource } from './event-source';
import { InboundActions } from './inbound-actions';
import { SIGNATURE_SCHEMES, timestamped } from './signature-scheme';
import { WebhookSourcesService } from './webhook-sources.service';

const SIGNED_AS_AEGIS = timestamped('x-aegis');

/** Finds who sends events: Aegis by the settings, everybody else by the database. */
@Injectable()
export class EventSources {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly sources: WebhookSourcesService,
    private readonly aegisEvents: AegisEvents,
    private readonly actions: InboundActions,
  ) {}

  /** Undefined while no secret is set. */
  findAegis(): EventSource | undefined {
    const { aegisWebhookSecret: secret } = this.settings;
    if (secret === undefined) return undefined;
    const { actions } = this.aegisEvents;
    return {
      name: 'aegis',
      scheme: SIGNED_AS_AEGIS,
      secret,
      headerFault: 'Missing or invalid required header',
      actions,
    };
  }

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
