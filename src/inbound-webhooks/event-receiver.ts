import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { parseJsonObject } from '../core/credentials/jwt/strict-json';
import { PolicyWriter, Unchanged } from '../database/policy-writer';
import { type EventAction, type EventAnswer, EventRefused, type EventSource, type InboundEvent } from './event-source';
import { InboundEventEntity } from './inbound-event.entity';
import type { Delivery } from './signature-scheme';

/** Whoever delivers tries again for hours, never for weeks. */
const KEPT_MS = 30 * 86_400_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const NAME = /^[^\u0000-\u001f\u007f]{1,200}$/;

/** What a delivery is answered with; faults in the form of the predecessor. */
export interface EventReply {
  readonly status: number;
  readonly body: { readonly error: string } | ({ readonly received: true } & EventAnswer);
}

export const WRONG_SIGNATURE: EventReply = { status: 401, body: { error: 'Invalid signature' } };

/** Takes signed events: each has its effect once, however often and by how many at a time it is delivered. */
@Injectable()
export class EventReceiver {
  constructor(private readonly writer: PolicyWriter) {}

  async receive(source: EventSource, delivery: Delivery): Promise<EventReply> {
    const fault = source.scheme.findFault(delivery, source.secret);
    if (fault === 'header') return refusal(401, source.headerFault);
    if (fault === 'signature') return WRONG_SIGNATURE;
    const body = parseJsonObject(delivery.body);
    if (!body) return refusal(400, 'The body must be a JSON object');
    const { id, type, unsignedType } = source.scheme.describe(delivery.headers, body);
    if (!isName(type)) return refusal(400, 'Invalid event_type');
    if (unsignedType !== undefined && unsignedType !== type) return refusal(401, source.headerFault);
    const action = source.actions.get(type);
    if (!action) return taken({ message: `Event type ${type} not processed` });
    if (!isName(id)) return refusal(400, 'Invalid event_id');
    return this.process(source, { id, type, body }, action);
  }

  private async process({ name }: EventSource, event: InboundEvent, action: EventAction): Promise<EventReply> {
    const digest = createHash('sha256')
      .update(JSON.stringify([name, event.id]))
      .digest('hex');
    try {
      const { value } = await this.writer.write(async (tx) => {
        // Writers take turns, so nobody can be between this look and the row.
        const seen = await tx.manager.findOneBy(InboundEventEntity, { digest });
        if (seen) return new Unchanged(seen.answer);
        const answer = await action(event, tx);
        const receivedAt = new Date();
        const row = { digest, source: name, eventId: event.id, eventType: event.type, answer, receivedAt };
        await tx.manager.insert(InboundEventEntity, row);
        const receivedBefore = LessThan(new Date(receivedAt.getTime() - KEPT_MS));
        await tx.manager.delete(InboundEventEntity, { receivedAt: receivedBefore });
        return answer;
      });
      return taken(value);
    } catch (error) {
      if (error instanceof EventRefused) return refusal(400, error.message);
      throw error;
    }
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value) && value.isWellFormed();
}

function refusal(status: number, error: string): EventReply {
  return { status, body: { error } };
}

function taken(answer: EventAnswer): EventReply {
  return { status: 200, body: { received: true, ...answer } };
}
