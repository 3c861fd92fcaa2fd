import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** An upstream of raw sockets: keeps what it was sent, and does what a test says with each request. */
export class RawUpstream {
  readonly sockets: Socket[] = [];
  /** By socket, in the order they came. */
  readonly received: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** @param answer called for each read that ends a head or a body; `count` is how many its socket has had, from 1 */
  static async start(answer: (socket: Socket, text: string, count: number) => void): Promise<RawUpstream> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const upstream = new RawUpstream(server, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => {
      const index = upstream.sockets.push(socket) - 1;
      upstream.received[index] = '';
      let count = 0;
      socket.on('error', () => undefined).on('end', () => socket.end());
      socket.on('data', (bytes) => {
        upstream.received[index] += bytes.toString('latin1');
        count += 1;
        answer(socket, bytes.toString('latin1'), count);
      });
    });
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many of its sockets the other side has not left. */
  get openSockets(): number {
    return this.sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
  }

  /** Leaves all its sockets, and begins anew. */
  forget(): void {
    for (const socket of this.sockets.splice(0)) socket.destroy();
    this.received.length = 0;
  }

  close(): void {
    this.forget();
    this.server.close();
  }
}
