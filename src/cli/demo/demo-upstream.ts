import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { echoWebSocket } from './echo-web-socket';

/** The service behind the demo: answers with the request as it arrived, and echoes WebSocket messages. */
export class DemoUpstream {
  private readonly webSockets = new Set<Duplex>();

  private constructor(private readonly server: Server) {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.webSockets.add(socket);
      socket.once('close', () => this.webSockets.delete(socket));
      echoWebSocket(request, socket, head);
    });
  }

  /** Listens on a free port of the loopback address. */
  static async start(): Promise<DemoUpstream> {
    const server = createServer(describeRequest);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new DemoUpstream(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    // Node no longer counts an upgraded connection among the server's own, but waits for it.
    for (const socket of this.webSockets) socket.destroy();
    await closed;
  }
}

function describeRequest(request: IncomingMessage, response: ServerResponse): void {
  const { method, url: path, headers } = request;
  request.resume().once('end', () => {
    response.setHeader('Content-Type', 'application/json');
    response.end(`${JSON.stringify({ method, path, headers }, undefined, 2)}\n`);
  });
}
