import { Agent, request } from 'node:http';
import { pause } from './until';

const PER_REQUEST_MS = 15_000;

/** Callers that ask again as soon as they are answered, over connections they keep, or over a new one each time. */
export class WorkerLoad {
  answered = 0;
  /** Between asking and the end of the answer, or of the connection. */
  slowestMs = 0;
  readonly failures: string[] = [];
  private isOver = false;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly loops: Promise<void>[];

  constructor(
    private readonly url: string,
    { kept, fresh }: { kept: number; fresh: number },
  ) {
    this.loops = [
      ...Array.from({ length: kept }, () => this.loop(this.agent)),
      ...Array.from({ length: fresh }, () => this.loop(false)),
    ];
  }

  /** Ends it, and resolves when everything that was asked is answered. */
  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.loops);
    this.agent.destroy();
  }

  private async loop(agent: Agent | false): Promise<void> {
    while (!this.isOver) {
      const askedMs = performance.now();
      const outcome = await ask(this.url, agent);
      this.slowestMs = Math.max(this.slowestMs, performance.now() - askedMs);
      if (outcome === 200) {
        this.answered += 1;
      } else {
        this.failures.push(String(outcome));
        await pause(25);
      }
    }
  }
}

/** The status of the reply once it has come whole, or what went wrong; nothing is tried twice. */
export function ask(url: string, agent: Agent | false): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, timeout: PER_REQUEST_MS }, (reply) => {
      reply.on('error', (error) => resolve(`in the reply: ${error.message}`));
      reply.on('end', () => resolve(reply.complete ? (reply.statusCode ?? 0) : 'the reply was cut'));
      reply.resume();
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', (error) => resolve(error.message));
    sent.end();
  });
}
