import type { IncomingMessage, ServerResponse } from 'node:http';
import { BODY_NOT_AVAILABLE, NO_BODY, type RequestBody } from '../core/request-body';
import { IncomingBody } from '../listening/incoming-body';
import type { WholeReplies } from '../listening/whole-replies';
import type { Description } from './description';

/** Who describes a request has its body at hand already. */
const WAIT_MS = 2_000;
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** One message of a front proxy. */
export interface DoorMessage {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly expectsContinue: boolean;
  /** What writes replies on this listener. */
  readonly wholeReplies: WholeReplies;
}

/**
 * The body of a described request: the message's own, where its method is one that carries bodies. On any other
 * method a declared body may never come (nginx sends its length without it), so none is read.
 */
export function describedBody({ req, res, expectsContinue }: DoorMessage, description: Description): RequestBody {
  if (!description.tellsOfBody) return NO_BODY;
  const isWhole = description.hasMessageBody && !description.hasOtherBody;
  if (!isWhole || !WITH_BODY.has(req.method ?? '')) return BODY_NOT_AVAILABLE;
  return new IncomingBody(req, res, expectsContinue, WAIT_MS);
}
