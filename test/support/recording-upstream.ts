import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request exactly as an upstream received it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A microservice that keeps what it received and answers with a small JSON body, or as `answer` says. */
export class RecordingUpstream {
  readonly received: Received[] = [];
  readonly sockets = new Set<Socket>();

  private constructor(
    readonly server: Server,
    readonly url: string,
  ) {}

  static async start(answer?: RequestListener, port = 0): Promise<RecordingUpstream> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const upstream = new RecordingUpstream(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (socket) => {
      upstream.sockets.add(socket);
      socket.once('close', () => upstream.sockets.delete(socket));
    });
    server.on('request', (req, res) => {
      if (answer) answer(req, res);
      else {
        const reply = () => res.setHeader('content-type', 'application/json').end('{"ok":true}');
        upstream.record(req).then(reply, () => res.destroy());
      }
    });
    return upstream;
  }

  get last(): Received {
    const last = this.received.at(-1);
    if (!last) throw new Error('the upstream received nothing');
    return last;
  }

  async record(req: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const { method = '', url = '', rawHeaders } = req;
    this.received.push({ method, url, rawHeaders, body: Buffer.concat(chunks).toString('latin1') });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** All values of a field, by its exact name in lower case. */
export function fieldValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
