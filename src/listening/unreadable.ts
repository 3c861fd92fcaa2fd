import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { MalformedRequest } from '../core/gateway-request';
import type { DecisionService } from '../decision/decision.service';
import type { Entrance } from '../decision/decision-made';
import { toProblemReply, toRawReply } from './refusal-reply';
import { peerAddressOf } from './trusted-peers';

/** What Node's parser calls its findings, and the status for each. */
const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Refuses what Node's parser gives up on, and CONNECT: told, logged and counted like any other refusal, and hung up on. */
export function refuseUnreadable(server: Server, decisions: DecisionService, entrance: Entrance): void {
  const refuse = (socket: Duplex, status: number): void => {
    const { requestId, decisionId } = tell(socket);
    const reply = toProblemReply('malformed_request', { requestId, decisionId }, status);
    if (socket.writable) socket.end(toRawReply(reply));
    else socket.destroy();
  };
  const tell = (socket: Duplex): { requestId: string; decisionId: string } => {
    const address = 'remoteAddress' in socket && socket.remoteAddress ? String(socket.remoteAddress) : undefined;
    const request = new MalformedRequest(randomUUID(), '', peerAddressOf(address), 'unreadable');
    return { requestId: request.requestId, decisionId: decisions.refuse(request, entrance).decisionId };
  };
  server.on('connect', (_, socket: Duplex) => refuse(socket, 400));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const { code = '' } = error;
    if (code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else refuse(socket, STATUS[code] ?? 400);
  });
}
