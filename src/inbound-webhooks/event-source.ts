import { isJsonObject, type JsonObject } from '../core/credentials/jwt/strict-json';
import type { PolicyTransaction } from '../database/policy-writer';
import type { SignatureScheme } from './signature-scheme';

/** A signed event whose type and id are known. */
export interface InboundEvent {
  readonly id: string;
  readonly type: string;
  readonly body: JsonObject;
}

/** What an event is answered with, beside `received`. */
export interface EventAnswer {
  readonly message: string;
  readonly admin_id?: string;
}

/** Brings about what an event asks for, within the transaction that remembers the event; @throws EventRefused */
export type EventAction = (event: InboundEvent, tx: PolicyTransaction) => Promise<EventAnswer>;

/** Who sends events: how they are signed, and what they may bring about. */
export interface EventSource {
  readonly name: string;
  readonly scheme: SignatureScheme;
  readonly secret: string;
  /** What is answered when a header field is missing or malformed. */
  readonly headerFault: string;
  /** By type of event; any other has no effect. */
  readonly actions: ReadonlyMap<string, EventAction>;
}

/** A signed event that does not say what it must. */
export class EventRefused extends Error {
  override readonly name = 'EventRefused';
}

/** What an event is about: its `data`, as Standard Webhooks has it, or else the body itself. */
export function subjectOf({ body }: InboundEvent): Readonly<Record<string, unknown>> {
  return isJsonObject(body.data) ? body.data : body;
}
