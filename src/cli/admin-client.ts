import { Client } from 'undici';
import { AdminRefusal } from './admin-refusal';
import type { LocalUrl } from './local-url';

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
  async send<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const reply = await this.connection.request({
      method,
      path: `/api/admin/${path}`,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await reply.body.text();
    const value: unknown = text === '' ? undefined : JSON.parse(text);
    if (reply.statusCode < 400) return value as T;
    const { detail } = value as { detail?: string };
    throw new AdminRefusal(reply.statusCode, `${method} ${path}`, detail ?? text);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
