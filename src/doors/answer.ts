import { Logger } from '@nestjs/common';
import type { DecisionMade } from '../decision/decision-made';
import { newReplyIds, type RefusalReply, toProblemReply } from '../listening/refusal-reply';
import { fieldLines } from '../proxy/upstream-http/field-line';
import { allowanceFields, allowanceLines } from './allowance-fields';
import type { DoorMessage } from './described-body';
import type { Door } from './door';

const NO_FIELDS: readonly string[] = [];
const logger = new Logger('Doors');

/** Answers a message with its decision, in the words of its door. */
export function answer(door: Door, message: DoorMessage, made: DecisionMade, hasMessageBody: boolean): void {
  // One turn, in which a body that came along with its message is over: the connection can be kept then.
  if (hasMessageBody && !message.req.complete) setImmediate(() => answerUnread(door, message, made));
  else writeAnswer(door, message, made);
}

/** A body still on its way that nobody reads must not be taken for the next message: the connection ends with this one. */
function answerUnread(door: Door, message: DoorMessage, made: DecisionMade): void {
  if (!message.req.complete) message.res.shouldKeepAlive = false;
  try {
    writeAnswer(door, message, made);
  } catch (error) {
    answerFault(message, error);
  }
}

function writeAnswer(door: Door, message: DoorMessage, { request, decision, decisionId, atMs }: DecisionMade): void {
  const { requestId } = request;
  if (!decision.allowed) sendReply(message, door.toReply(decision, { requestId, decisionId }));
  else {
    const limitFields = decision.limit?.fields ?? NO_FIELDS;
    const head = `HTTP/1.1 200 OK${allowanceLines(decision, requestId)}${fieldLines(limitFields)}\r\nContent-Length: 0`;
    if (message.wholeReplies.trySend(message.res, head, atMs)) return;
    message.res.writeHead(200, [...allowanceFields(decision, requestId), ...limitFields, 'Content-Length', '0']);
    message.res.end();
  }
}

/** A 503, or a cut reply once it has begun. */
export function answerFault(message: DoorMessage, error: unknown): void {
  logger.error(error);
  if (message.res.headersSent) message.res.destroy();
  else sendReply(message, toProblemReply('dependency_unavailable', newReplyIds()));
}

/** What leads to no door. */
export function answerNowhere(message: DoorMessage): void {
  sendReply(message, toProblemReply('no_route_match', newReplyIds()));
}

export function sendReply({ req, res }: DoorMessage, { status, headers, body }: RefusalReply): void {
  res.writeHead(status, headers);
  res.end(req.method === 'HEAD' ? undefined : body);
}
