import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ReceivedEvent {
  readonly id: string;
  readonly headers: Record<string, string>;
  /** The body as it came. */
  readonly text: string;
  readonly path: string;
  readonly atMs: number;
}

export type Answer = (response: ServerResponse, received: ReceivedEvent) => void;

export const ok: Answer = (response) => response.writeHead(204).end();
export const refuse: Answer = (response) => response.writeHead(500).end();
/** Takes the request and says nothing. */
export const hang: Answer = () => undefined;

const UNTIL_MS = 20_000;

/** A receiver of webhooks on a free port: keeps what came, and answers as it is told. */
export class WebhookReceiver {
  readonly received: ReceivedEvent[] = [];
  answer: Answer = ok;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => this.take(request, response));
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WebhookReceiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook?token=x`;
  }

  /** The received events of one type, in full. */
  // biome-ignore lint/suspicious/noExplicitAny: a JSON body is whatever the gateway sent; the tests say what it must be
  ofType(type: string): any[] {
    return this.received.map(({ text }) => JSON.parse(text)).filter((event) => event.type === type);
  }

  /** Waits until what came fits; throws after 20 s. */
  async until(fits: (received: ReceivedEvent[]) => boolean): Promise<ReceivedEvent[]> {
    const deadline = Date.now() + UNTIL_MS;
    while (!fits(this.received)) {
      if (Date.now() > deadline) throw new Error(`only ${this.received.length} events came`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return this.received;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = request.headers as Record<string, string>;
    const text = Buffer.concat(chunks).toString();
    const event = { id: headers['webhook-id'] ?? '', headers, text, path: request.url ?? '', atMs: Date.now() };
    this.received.push(event);
    this.answer(response, event);
  }
}

/** True when the secret made one of the signatures; throws what the library says otherwise. */
export function isSignedBy(secret: string, { text, headers }: ReceivedEvent): boolean {
  new Webhook(secret).verify(text, headers);
  return true;
}
