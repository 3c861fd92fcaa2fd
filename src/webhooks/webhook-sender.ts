import { Injectable } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import { toSentence } from '../errors/to-sentence';
import { AddressGuard } from './address-guard';

const TIMEOUT_MS = 5_000;
const MAX_HEADER_BYTES = 16_384;
/** What is read of a reply: enough for its connection to end well, and nobody looks at it. */
const MAX_REPLY_BYTES = 16_384;
const LONGEST_ERROR = 500;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const CONTROL = /[\u0000-\u001f\u007f]/g;

/** One event for one receiver. */
export interface Shipment {
  readonly url: string;
  readonly eventId: string;
  readonly payload: string;
  /** Newest first; each makes a signature. */
  readonly secrets: readonly string[];
  readonly sentAtMs: number;
}

/** How an attempt ended: `error` is null exactly when the receiver answered with 2xx. */
export interface AttemptOutcome {
  readonly responseStatus: number | null;
  readonly error: string | null;
}

/** Sends one event once, signed by Standard Webhooks, over a connection of its own to an address that may be called. */
@Injectable()
export class WebhookSender {
  constructor(private readonly guard: AddressGuard) {}

  /** Never rejects; takes 5 seconds at most, and follows no redirect. */
  async send(shipment: Shipment): Promise<AttemptOutcome> {
    const fault = this.guard.findFault(shipment.url);
    if (fault !== undefined) return { responseStatus: null, error: fault };
    const agent = new Agent({
      connect: { lookup: this.guard.lookup, timeout: TIMEOUT_MS },
      allowH2: false,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    try {
      return toOutcome(await post(agent, shipment));
    } catch (error) {
      return { responseStatus: null, error: whatWentWrong(error) };
    } finally {
      await agent.destroy();
    }
  }
}

async function post(agent: Agent, shipment: Shipment): Promise<number> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { url, payload } = shipment;
  const options = { dispatcher: agent, method: 'POST', headers: fieldsOf(shipment), body: payload, signal } as const;
  const { statusCode, body } = await request(url, options);
  // The status is the answer, whatever becomes of the rest.
  await body.dump({ limit: MAX_REPLY_BYTES, signal }).catch(() => undefined);
  return statusCode;
}

function fieldsOf({ eventId, payload, secrets, sentAtMs }: Shipment): Record<string, string> {
  const sentAt = new Date(sentAtMs);
  const signatures = secrets.map((secret) => new Webhook(secret).sign(eventId, sentAt, payload));
  return {
    'content-type': 'application/json',
    'user-agent': 'Gatewarden',
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(sentAtMs / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}

function toOutcome(responseStatus: number): AttemptOutcome {
  if (responseStatus >= 200 && responseStatus < 300) return { responseStatus, error: null };
  const isRedirect = responseStatus >= 300 && responseStatus < 400;
  const error = `the receiver answered ${responseStatus}${isRedirect ? ', and redirects are not followed' : ''}`;
  return { responseStatus, error };
}

function whatWentWrong(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'the receiver did not answer in 5 seconds';
  return toSentence(error).replace(CONTROL, ' ').slice(0, LONGEST_ERROR);
}
