import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Frame, readFrame } from './web-socket-frame';

/** RFC 6455 section 1.3. */
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
const FINAL = 0x80;
const LENGTH_16 = 126;

/** Accepts a WebSocket (RFC 6455) and sends every message back until the client closes it. */
export function echoWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}${ACCEPT_SUFFIX}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let received: Buffer = Buffer.alloc(0);
  const answerAll = () => {
    for (let frame = readFrame(received); frame; frame = readFrame(received)) {
      received = received.subarray(frame.size);
      answer(socket, frame);
    }
  };
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    try {
      answerAll();
    } catch {
      socket.destroy();
    }
  });
  if (head.length > 0) socket.unshift(head);
}

function answer(socket: Duplex, { isFinal, opcode, payload }: Frame): void {
  if (opcode === PONG || !socket.writable) return;
  const first = (isFinal ? FINAL : 0) | (opcode === PING ? PONG : opcode);
  const header =
    payload.length < LENGTH_16 ? Buffer.from([first, payload.length]) : Buffer.from([first, LENGTH_16, 0, 0]);
  if (payload.length >= LENGTH_16) header.writeUInt16BE(payload.length, 2);
  const frame = Buffer.concat([header, payload]);
  if (opcode === CLOSE) socket.end(frame);
  else socket.write(frame);
}
