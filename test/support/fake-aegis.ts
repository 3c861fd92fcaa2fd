import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked of it. */
export interface AegisCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What it answers; `body` as JSON unless it is a text. */
export interface AegisAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Waits so long before it answers. */
  readonly delayMs?: number;
}

/** A small server that answers as Aegis would, and remembers what it was asked. */
export class FakeAegis {
  readonly calls: AegisCall[] = [];
  answer: (call: AegisCall) => AegisAnswer = () => ({ status: 404 });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeAegis> {
    const server = createServer();
    const aegis = new FakeAegis(server);
    server.on('request', async (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = '', url: path = '', headers } = request;
      const call = { method, path, headers, body: Buffer.concat(chunks).toString() };
      aegis.calls.push(call);
      const { status, body, headers: fields = {}, delayMs = 0 } = aegis.answer(call);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      response.writeHead(status, { 'content-type': 'application/json', ...fields });
      response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return aegis;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What was asked since the last time. */
  taken(): AegisCall[] {
    return this.calls.splice(0);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
