import { Injectable } from '@nestjs/common';
import { ClientsService } from '../clients/clients.service';
import { isUuid } from '../core/is-uuid';
import type { PolicyTransaction } from '../database/policy-writer';
import { type EventAction, type EventAnswer, EventRefused, type InboundEvent, subjectOf } from './event-source';
import type { InboundEventType } from './inbound-event-type';
import { UserActions } from './user-actions';

/** What events of the sources an operator set up may bring about. */
@Injectable()
export class InboundActions {
  private readonly byType: Readonly<Record<InboundEventType, EventAction>> = {
    'user.deleted': (event, tx) => this.users.delete(event, tx),
    'user.disabled': (event, tx) => this.users.disable(event, tx),
    'client.suspend': (event, tx) => this.suspendClient(event, tx),
  };

  constructor(
    private readonly clients: ClientsService,
    private readonly users: UserActions,
  ) {}

  /** The actions of these types alone. */
  of(types: readonly InboundEventType[]): ReadonlyMap<string, EventAction> {
    return new Map(types.map((type) => [type, this.byType[type]]));
  }

  private async suspendClient(event: InboundEvent, tx: PolicyTransaction): Promise<EventAnswer> {
    const { client_id: clientId } = subjectOf(event);
    if (typeof clientId !== 'string' || !isUuid(clientId)) throw new EventRefused('Invalid client_id');
    const status = await this.clients.suspend(tx, clientId.toLowerCase());
    if (status === undefined) return { message: 'No matching client to suspend' };
    return { message: status === 'active' ? 'Client suspended' : `Client already ${status}` };
  }
}
