import { timingSafeEqual } from 'node:crypto';
import { type Awaitable, andThen } from '../awaitable';
import type { Question } from '../question';
import type { BodyFault } from '../request-body';
import type { Rejection } from '../verification';
import type { HmacKey } from './hmac-key';

const EMPTY = Buffer.alloc(0);

/** What a signature is made over: the bytes of `head`, one for each of its characters, and then the body. */
export interface SignedMessage {
  readonly head: string;
  readonly body: Buffer;
}

/** Whether this key signed one of the messages; takes the same time whichever it is. */
export function hasSigned(key: HmacKey, messages: readonly SignedMessage[], signature: Buffer): boolean {
  let isSigned = false;
  for (const { head, body } of messages) isSigned = timingSafeEqual(key.sign(head, body), signature) || isSigned;
  return isSigned;
}

/**
 * The request targets a signature may have been made over: the canonical path, and the path as sent, for clients sign
 * what they send and both lead to the same place. The query belongs to it, unless `isQueryOptional`.
 */
export function signedTargets({ request }: Question, isQueryOptional: boolean): readonly string[] {
  const { path, rawPath, query } = request;
  const paths = path === rawPath ? [path] : [path, rawPath];
  if (query === '') return paths;
  const whole = paths.map((sent) => sent + query);
  return isQueryOptional ? [...whole, ...paths] : whole;
}

/** The whole body of a request that is signed, up to the limit of its route or service. */
export function readSignedBody({ request, route, snapshot }: Question): Awaitable<Buffer | Rejection> {
  const service = route.serviceId === undefined ? undefined : snapshot.services.get(route.serviceId);
  const maxBytes = route.maxBodyBytes ?? service?.maxBodyBytes ?? 0;
  const isBodiless = request.fields.bodyLength === 0;
  return andThen(request.body.read(maxBytes), (body) =>
    typeof body === 'string' ? toOutcome(body, isBodiless) : body,
  );
}

/** A request described without its body, by fields that say it has none, is whole. */
function toOutcome(fault: BodyFault, isBodiless: boolean): Buffer | Rejection {
  switch (fault) {
    case 'body_not_available':
      return isBodiless ? EMPTY : { rejected: fault };
    case 'body_too_large':
      return { rejected: fault, code: 'payload_too_large' };
    case 'body_incomplete':
      return { rejected: fault, code: 'malformed_request' };
  }
}
