import { connect, type Socket } from 'node:net';

/** What came back for raw bytes, up to the end of the connection or the end of the first reply. */
export interface RawReply {
  readonly status: number;
  readonly text: string;
  /** Whether the server hung up. */
  readonly closed: boolean;
}

/** How long after a complete reply a server that hangs up may take to do so. */
const CLOSE_GRACE_MS = 30;

/** Sends bytes as they are and collects the reply for as long as more may come: until the server hangs up or falls silent. */
export function sendRaw(port: number, bytes: string | Buffer, silenceMs = 300): Promise<RawReply> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1');
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    const finish = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), text, closed });
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(false), isComplete(text) ? CLOSE_GRACE_MS : silenceMs);
    };
    socket.on('connect', () => {
      socket.write(bytes);
      timer = setTimeout(() => finish(false), Math.max(5_000, silenceMs));
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      wait();
    });
    socket.on('error', () => finish(true));
    socket.on('close', () => finish(true));
  });
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)\r$/im.exec(text.slice(0, end + 2))?.[1];
  return end >= 0 && length !== undefined && text.length >= end + 4 + Number(length);
}
