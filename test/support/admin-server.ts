import type { AddressInfo } from 'node:net';
import { Global, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { loadSettings } from '../../config/settings';
import { settingsModule } from '../../config/settings.module';
import { AdminApiModule } from '../../src/admin-api/admin-api.module';
import { configureAdminApp } from '../../src/admin-api/configure-admin-app';
import { AdminLoginModule } from '../../src/admin-login/admin-login.module';
import { AdminOidcModule } from '../../src/admin-oidc/admin-oidc.module';
import { AdminTokensModule } from '../../src/admin-tokens/admin-tokens.module';
import { AdminsModule } from '../../src/admins/admins.module';
import { AuthProxyModule } from '../../src/aegis/auth-proxy.module';
import { ClientsModule } from '../../src/clients/clients.module';
import { DatabaseModule } from '../../src/database/database.module';
import { DeclarativeModule } from '../../src/declarative/declarative.module';
import { HealthModule } from '../../src/health/health.module';
import { SNAPSHOT_STATE, type SnapshotState } from '../../src/health/snapshot-state';
import { InboundWebhooksModule } from '../../src/inbound-webhooks/inbound-webhooks.module';
import { InstancesModule } from '../../src/instances/instances.module';
import { IssuersModule } from '../../src/issuers/issuers.module';
import { RateLimitsModule } from '../../src/limits/rate-limits.module';
import { PermissionsModule } from '../../src/permissions/permissions.module';
import { ProtectKeysModule } from '../../src/protect-keys/protect-keys.module';
import { RedisModule } from '../../src/redis/redis.module';
import { RevokedTokensModule } from '../../src/revoked-tokens/revoked-tokens.module';
import { RoutesModule } from '../../src/routes/routes.module';
import { SecretsModule } from '../../src/secrets/secrets.module';
import { ServicesModule } from '../../src/services/services.module';
import { SigningKeysModule } from '../../src/signing-keys/signing-keys.module';
import { UsersModule } from '../../src/users/users.module';
import { WebhooksModule } from '../../src/webhooks/webhooks.module';
import { createMigrated } from './databases';
import { createMigratedEmbedded } from './embedded-databases';
import type { TestDatabase } from './test-database';

export const OWNER_TOKEN = 'owner-token-of-the-tests';

/** The policy these tests pretend to serve. */
export const servedPolicy: { revision: number | undefined } = { revision: 1 };

@Global()
@Module({
  providers: [{ provide: SNAPSHOT_STATE, useFactory: (): SnapshotState => servedPolicy }],
  exports: [SNAPSHOT_STATE],
})
class ServedPolicyModule {}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a JSON body is whatever the server sent; the tests say what it must be
  readonly body: any;
}

interface CallOptions {
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  /** Sent as it is, instead of the JSON body. */
  readonly raw?: string;
}

/** The admin API on a database of its own (TEST_DATABASE). */
export class AdminServer {
  private constructor(
    readonly app: NestExpressApplication,
    readonly dataSource: DataSource,
    private readonly database: TestDatabase,
    readonly url: string,
  ) {}

  /** Boots the real modules on a free port; `adminToken: undefined` starts without a token in the settings. */
  static async start(
    options: { adminToken?: string; imports?: Type[]; env?: Record<string, string> } = { adminToken: OWNER_TOKEN },
  ) {
    const { adminToken, imports = [], env } = options;
    // Only an embedded database makes a token of its own.
    const database = adminToken === undefined ? await createMigratedEmbedded() : await createMigrated();
    const settings = loadSettings({
      env: {
        ...database.env,
        ...(adminToken && { GATEWARDEN_ADMIN_TOKEN: adminToken }),
        ...env,
      },
    });
    @Module({
      imports: [
        settingsModule(settings),
        DatabaseModule,
        SecretsModule,
        RedisModule,
        ServedPolicyModule,
        AdminApiModule,
        AdminTokensModule,
        AdminsModule,
        AdminLoginModule,
        AdminOidcModule,
        AuthProxyModule,
        ServicesModule,
        RoutesModule,
        ClientsModule,
        PermissionsModule,
        IssuersModule,
        RevokedTokensModule,
        ProtectKeysModule,
        SigningKeysModule,
        RateLimitsModule,
        UsersModule,
        WebhooksModule,
        InboundWebhooksModule,
        DeclarativeModule,
        HealthModule,
        InstancesModule,
        ...imports,
      ],
    })
    class AdminServerModule {}
    const app = await NestFactory.create<NestExpressApplication>(AdminServerModule, {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    configureAdminApp(app);
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new AdminServer(app, app.get(DataSource), database, `http://127.0.0.1:${port}`);
  }

  async call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Reply> {
    const { token = OWNER_TOKEN, headers, raw } = options;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const reply = await fetch(new URL(path, this.url), {
      method,
      body: sent,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    const text = await reply.text();
    const isJson = /json/.test(reply.headers.get('content-type') ?? '');
    return { status: reply.status, headers: reply.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  get = (path: string, options?: CallOptions): Promise<Reply> => this.call('GET', path, undefined, options);
  post = (path: string, body?: unknown, options?: CallOptions): Promise<Reply> =>
    this.call('POST', path, body, options);
  put = (path: string, body?: unknown, options?: CallOptions): Promise<Reply> => this.call('PUT', path, body, options);
  patch = (path: string, body?: unknown, options?: CallOptions): Promise<Reply> =>
    this.call('PATCH', path, body, options);
  delete = (path: string, options?: CallOptions): Promise<Reply> => this.call('DELETE', path, undefined, options);

  /** Everything that is stored, to show that a refused request changed nothing. */
  async stored(): Promise<Record<string, unknown[]>> {
    const tables: Record<string, unknown[]> = {};
    for (const { tableName, name } of this.dataSource.entityMetadatas) {
      tables[tableName] = await this.dataSource.getRepository(name).find();
    }
    return tables;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }
}
