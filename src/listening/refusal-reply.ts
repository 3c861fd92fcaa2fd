import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { REFUSALS, type RefusalCode, type Refused } from '../core/decision';
import type { GatewayRequest } from '../core/gateway-request';
import type { LimitState } from '../core/limit';

/** A refusal as it goes to the client: application/problem+json (RFC 9457). */
export interface RefusalReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Ids that lead from a client's error report to the log. */
export interface ReplyIds {
  readonly requestId: string;
  readonly decisionId: string;
}

const RETRY_AFTER_SECONDS = 1;

/** Ids for a reply that no decision stands behind. */
export function newReplyIds(): ReplyIds {
  return { requestId: randomUUID(), decisionId: randomUUID() };
}

export function toRefusalReply(refused: Refused, ids: ReplyIds): RefusalReply {
  const reply = toProblemReply(refused.code, ids);
  if (refused.challenge) reply.headers['WWW-Authenticate'] = refused.challenge;
  if (refused.allow !== undefined) reply.headers.Allow = refused.allow;
  if (refused.retryAfterSeconds !== undefined) reply.headers['Retry-After'] = String(refused.retryAfterSeconds);
  addLimitFields(reply, refused.limit);
  return reply;
}

/** Tells of the limit a request was counted against. */
export function addLimitFields({ headers }: RefusalReply, limit: LimitState | undefined): void {
  const fields = limit?.fields ?? [];
  for (let i = 0; i + 1 < fields.length; i += 2) headers[fields[i] ?? ''] = fields[i + 1] ?? '';
}

/** The reply for a code that has no decision behind it; 503s say when to try again (RFC 9110 section 10.2.3). */
export function toProblemReply(code: RefusalCode, ids: ReplyIds, statusOverride?: number): RefusalReply {
  const { title, detail, status: codeStatus } = REFUSALS[code];
  const status = statusOverride ?? codeStatus;
  const body = JSON.stringify({
    type: `urn:gatewarden:problem:${code}`,
    title,
    status,
    code,
    detail,
    request_id: ids.requestId,
    decision_id: ids.decisionId,
  });
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Request-ID': ids.requestId,
  };
  if (status === 503) headers['Retry-After'] = String(RETRY_AFTER_SECONDS);
  return { status, headers, body };
}

/** Whether a body is still on its way that nobody will read: it must not be taken for the next request. */
export function isBodyPending(req: IncomingMessage, request: GatewayRequest): boolean {
  return request.fields.bodyLength !== 0 && !req.complete;
}

/** The reply as bytes for a socket that has no response object: a refused upgrade or an unreadable request. */
export function toRawReply({ status, headers, body }: RefusalReply): string {
  const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
