import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePort } from './free-port';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** An issuer's web server whose replies the tests set: documents by path, or a handler for what is no document. */
export class KeyServer {
  /** Served as JSON by path. */
  readonly documents = new Map<string, unknown>();
  /** Takes what no document answers. */
  handler: Handler = (_, response) => void response.writeHead(404).end();
  /** Paths that were asked for, oldest first. */
  readonly calls: string[] = [];
  private server: Server | undefined;

  private constructor(readonly port: number) {}

  static async start(): Promise<KeyServer> {
    const server = new KeyServer(await freePort());
    await server.open();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Comes up, again on the same port. */
  async open(): Promise<void> {
    const server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
  }

  /** Goes down; connections are refused from then on. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? '';
    this.calls.push(path);
    const document = this.documents.get(path);
    if (document === undefined) return this.handler(request, response, Buffer.concat(chunks).toString());
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  }
}
