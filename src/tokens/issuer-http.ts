import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher, request } from 'undici';
import { type JsonObject, parseJsonObject } from '../core/credentials/jwt/strict-json';
import { toSentence } from '../errors/to-sentence';
import { IssuerUnavailable } from './issuer-unavailable';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 512 * 1024;
/** To one issuer at a time; further calls queue, each for its time-out at most. */
const MAX_CONNECTIONS = 32;

/** Calls issuers: their documents and introspection endpoints. Redirects are not followed, large replies not read. */
@Injectable()
export class IssuerHttp implements OnApplicationShutdown {
  private readonly agent = new Agent({
    connections: MAX_CONNECTIONS,
    connect: { timeout: TIMEOUT_MS },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    maxResponseSize: MAX_BYTES,
  });

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  /** @throws IssuerUnavailable */
  getJson(url: string): Promise<JsonObject> {
    return this.call(url, { method: 'GET' });
  }

  /**
   * Posts a form with the credentials of a client (RFC 6749 section 2.3.1).
   * @throws IssuerUnavailable
   */
  postForm(url: string, form: URLSearchParams, client: { id: string; secret: string }): Promise<JsonObject> {
    const pair = `${formEncode(client.id)}:${formEncode(client.secret)}`;
    const headers = {
      authorization: `Basic ${Buffer.from(pair, 'latin1').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    };
    return this.call(url, { method: 'POST', headers, body: form.toString() });
  }

  private async call(
    url: string,
    { headers, ...options }: Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body'>,
  ): Promise<JsonObject> {
    try {
      const reply = await request(url, {
        ...options,
        headers: { ...headers, accept: 'application/json' },
        dispatcher: this.agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const bytes = await reply.body.bytes();
      if (reply.statusCode !== 200) throw new IssuerUnavailable(`status ${reply.statusCode}`);
      const document = parseJsonObject(bytes);
      if (!document) throw new IssuerUnavailable('the reply is not a JSON object');
      return document;
    } catch (error) {
      if (error instanceof IssuerUnavailable) throw error;
      throw new IssuerUnavailable(toSentence(error));
    }
  }
}

/** Form encoding leaves only ASCII behind, and no colon that would end the client id early. */
function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
