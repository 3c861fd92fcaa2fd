import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher, request } from 'undici';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { type JsonObject, parseJsonObject } from '../core/credentials/jwt/strict-json';
import { toSentence } from '../errors/to-sentence';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024;
const MAX_CONNECTIONS = 32;

/** The Aegis-compatible service could not be reached, or did not answer in time. */
export class AegisUnavailable extends Error {
  override readonly name = 'AegisUnavailable';
}

/** What the service answered; `body` is undefined when it is no JSON object. */
export interface AegisReply {
  readonly status: number;
  readonly body: JsonObject | undefined;
}

/** Calls the Aegis-compatible service of the settings. Redirects are not followed, large replies not read. */
@Injectable()
export class AegisClient implements OnApplicationShutdown {
  private readonly agent = new Agent({
    connections: MAX_CONNECTIONS,
    connect: { timeout: TIMEOUT_MS },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    maxResponseSize: MAX_BYTES,
  });

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  get isConfigured(): boolean {
    return this.settings.aegisApiUrl !== undefined;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  /** Asks who holds a token. @throws AegisUnavailable */
  who(token: string): Promise<AegisReply> {
    return this.call('me', { method: 'GET', headers: { authorization: `Bearer ${token}` } });
  }

  /** Posts to one of the endpoints below /api/auth, with the key of the tenant. @throws AegisUnavailable */
  post(endpoint: string, body: JsonObject): Promise<AegisReply> {
    const { aegisTenantApiKey: key } = this.settings;
    const headers = { 'content-type': 'application/json', ...(key !== undefined && { 'x-tenant-api-key': key }) };
    return this.call(endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private async call(
    endpoint: string,
    { headers, ...options }: Pick<Dispatcher.RequestOptions, 'method' | 'body'> & { headers: Record<string, string> },
  ): Promise<AegisReply> {
    try {
      const reply = await request(`${this.settings.aegisApiUrl}/api/auth/${endpoint}`, {
        ...options,
        headers: { ...headers, accept: 'application/json' },
        dispatcher: this.agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: reply.statusCode, body: parseJsonObject(await reply.body.bytes()) };
    } catch (error) {
      throw new AegisUnavailable(toSentence(error));
    }
  }
}
