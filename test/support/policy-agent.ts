import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question as the agent received it. */
export interface AskedQuestion {
  readonly method: string;
  readonly url: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the input is whatever the gateway sent; the tests say what it must be
  readonly input: any;
}

type Answer = (response: ServerResponse, question: AskedQuestion) => void;

/** A server that speaks the REST API of an Open Policy Agent, and answers as the test says. */
export class TestPolicyAgent {
  readonly asked: AskedQuestion[] = [];
  answer: Answer = answerJson({ result: true });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TestPolicyAgent> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const agent = new TestPolicyAgent(server);
    server.on('request', (request, response) => agent.take(request, response));
    return agent;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/data/gateway/allow`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const question = { method: request.method ?? '', url: request.url ?? '', text, input: JSON.parse(text).input };
    this.asked.push(question);
    this.answer(response, question);
  }
}

/** An answer of this body. */
export function answerJson(body: unknown, status = 200): Answer {
  return (response) => answerText(JSON.stringify(body), status)(response, {} as AskedQuestion);
}

/** An answer of this text. */
export function answerText(text: string, status = 200): Answer {
  return (response) => {
    response.statusCode = status;
    response.setHeader('content-type', 'application/json');
    response.end(text);
  };
}
