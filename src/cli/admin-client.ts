import type { Readable } from 'node:stream';
import { Client } from 'undici';
import type { FieldError } from '../errors/gatewarden-error';
import { AdminRefusal } from './admin-refusal';
import type { LocalUrl } from './local-url';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Talks to the admin API of a running gateway. */
export class AdminClient {
  private readonly connection: Client;

  constructor(
    { origin, socketPath }: LocalUrl,
    private readonly token: string,
  ) {
    this.connection = new Client(origin, socketPath === undefined ? {} : { connect: { socketPath } });
  }

  /**
   * Sends one request to a path below /api/admin and returns the JSON it answers, undefined for an empty reply.
   * @throws AdminRefusal with the detail of the problem body on any refusal
   */
  send<T>(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const text = body === undefined ? null : JSON.stringify(body);
    return this.call(method, path, text, { 'content-type': 'application/json', ...headers });
  }

  /** Sends a stream of one JSON object a line, however long the answer takes. @throws AdminRefusal */
  sendLines<T>(path: string, lines: Readable): Promise<T> {
    return this.call('POST', path, lines, { 'content-type': 'application/x-ndjson' });
  }

  private async call<T>(method: Method, path: string, body: string | Readable | null, headers: object): Promise<T> {
    const reply = await this.connection.request({
      method,
      path: `/api/admin/${path}`,
      headers: { authorization: `Bearer ${this.token}`, ...headers },
      body,
      headersTimeout: 0,
    });
    const text = await reply.body.text();
    const value: unknown = text === '' ? undefined : JSON.parse(text);
    if (reply.statusCode < 400) return value as T;
    const { detail, errors } = value as { detail?: string; errors?: FieldError[] };
    throw new AdminRefusal(reply.statusCode, `${method} ${path}`, detail ?? text, errors);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
