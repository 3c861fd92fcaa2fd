import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { loadSettings } from '../../config/settings';
import { DecisionListener } from '../../src/doors/decision-listener';
import { GrpcListener } from '../../src/doors/grpc/grpc-listener';
import { startGateway } from '../../src/gateway';
import { newLogger } from '../../src/logging/logger';
import { ProxyListener } from '../../src/proxy/proxy-listener';
import { createMigrated } from './databases';
import { ToldSecrets } from './told-secrets';

const ADMIN_TOKEN = 'admin-token-of-the-tests';
const ADMIN_ANSWER_MS = 30_000;

/** A whole gateway in this process: its listeners on free ports, a database of its own (TEST_DATABASE). */
export class Gateway {
  /** Parsed log lines, oldest first; `close` fails the suite when a secret stands in one. */
  readonly log: Record<string, unknown>[];
  private readonly secrets = new ToldSecrets();

  private constructor(
    readonly app: NestExpressApplication,
    private readonly drop: () => Promise<void>,
    log: Record<string, unknown>[],
  ) {
    this.log = log;
  }

  static async start(env: Record<string, string> = {}): Promise<Gateway> {
    const database = await createMigrated();
    const settings = loadSettings({
      env: {
        ...database.env,
        PROXY_LISTEN: '127.0.0.1:0',
        DECISION_LISTEN: '127.0.0.1:0',
        ADMIN_LISTEN: '127.0.0.1:0',
        GATEWARDEN_ADMIN_TOKEN: ADMIN_TOKEN,
        LOG_LEVEL: 'trace',
        ...env,
      },
    });
    const log: Record<string, unknown>[] = [];
    const logger = newLogger(settings, {
      write: (lines) =>
        log.push(
          ...lines
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line)),
        ),
    });
    return new Gateway(await startGateway(settings, logger), () => database.drop(), log);
  }

  get dataSource(): DataSource {
    return this.app.get(DataSource);
  }

  get proxyPort(): number {
    return (this.app.get(ProxyListener).server.address() as AddressInfo).port;
  }

  get proxyUrl(): string {
    return `http://127.0.0.1:${this.proxyPort}`;
  }

  get decisionPort(): number {
    return (this.app.get(DecisionListener).server.address() as AddressInfo).port;
  }

  get grpcPort(): number {
    const address = this.app.get(GrpcListener).server?.address();
    if (!address || typeof address === 'string') throw new Error('the gRPC door has no port');
    return address.port;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${(this.app.getHttpServer().address() as AddressInfo).port}`;
  }

  /** Calls the admin API as the owner; throws on anything but success, with what the API said. */
  // biome-ignore lint/suspicious/noExplicitAny: a JSON body is whatever the server sent; the tests say what it must be
  async admin(method: string, path: string, body?: unknown): Promise<any> {
    const reply = await fetch(`${this.adminUrl}/api/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(ADMIN_ANSWER_MS),
    });
    const text = await reply.text();
    this.secrets.note(body);
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    const answer = text === '' ? undefined : JSON.parse(text);
    this.secrets.note(answer);
    return answer;
  }

  /** A service, a route to it and, unless it is public, a client with a key and permission for every method. */
  async publish(options: PublishOptions): Promise<Published> {
    const { pattern = '/*', domain = '*', isPublic = false, service = {}, route = {} } = options;
    const methods = options.methods ?? ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
    const demand = isPublic ? { auth_required: false } : { auth_required: true, auth_type: 'api_key' };
    const name = (service.name as string | undefined) ?? `service-${Math.random().toString(36).slice(2)}`;
    await this.admin('POST', '/services', {
      name,
      upstreams: options.upstreams.map((url) => ({ url, weight: 1 })),
      ...service,
    });
    const created = await this.admin('POST', '/routes', {
      domain,
      route_pattern: pattern,
      service_name: name,
      methods: Object.fromEntries(methods.map((method) => [method, demand])),
      ...route,
    });
    if (isPublic) return { routeId: created.route_id, key: '', clientId: '' };
    const client = await this.admin('POST', '/clients', { client_name: name, api_key: { generate: true } });
    await this.admin('POST', '/permissions', {
      client_id: client.client_id,
      route_id: created.route_id,
      allowed_methods: methods,
    });
    return { routeId: created.route_id, key: client.api_key, clientId: client.client_id };
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.drop();
    const told = this.secrets.findIn(this.log);
    if (told.length > 0) throw new Error(`the log tells secrets:\n${told.join('\n')}`);
  }
}

export interface PublishOptions {
  readonly upstreams: readonly string[];
  readonly pattern?: string;
  readonly domain?: string;
  readonly isPublic?: boolean;
  readonly methods?: readonly string[];
  /** Further fields of the service and the route, as the admin API takes them. */
  readonly service?: Record<string, unknown>;
  readonly route?: Record<string, unknown>;
}

export interface Published {
  readonly routeId: string;
  readonly clientId: string;
  readonly key: string;
}
