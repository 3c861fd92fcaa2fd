import type { AddressInfo } from 'node:net';
import { Controller, Get, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { loadSettings } from '../../config/settings';
import { settingsModule } from '../../config/settings.module';
import { ClientsModule } from '../../src/clients/clients.module';
import type { Principal } from '../../src/core/principal';
import { DatabaseModule } from '../../src/database/database.module';
import { ApiKeyGuard } from '../../src/guards/api-key.guard';
import { CurrentPrincipal } from '../../src/guards/current-principal.decorator';
import { GuardsModule } from '../../src/guards/guards.module';
import { HmacGuard } from '../../src/guards/hmac.guard';
import { JwtGuard } from '../../src/guards/jwt.guard';
import { ProtectGuard } from '../../src/guards/protect.guard';
import { IssuersModule } from '../../src/issuers/issuers.module';
import { ProtectKeysModule } from '../../src/protect-keys/protect-keys.module';
import { RedisModule } from '../../src/redis/redis.module';
import { SecretsModule } from '../../src/secrets/secrets.module';
import { createMigrated } from './databases';

/** What a handler behind a guard answers: whom the guard let in. */
function describe(principal: Principal): object {
  const { kind } = principal;
  if (principal.kind === 'client') return { kind, client_id: principal.client.clientId, method: principal.method };
  if (principal.kind === 'user') return { kind, user_id: principal.token.subject };
  return principal.kind === 'app' ? { kind, app: principal.app } : { kind };
}

@Controller('guarded')
class GuardedController {
  @Get('open')
  open(@CurrentPrincipal() principal: Principal) {
    return describe(principal);
  }

  @Get('key')
  @UseGuards(ApiKeyGuard)
  byKey(@CurrentPrincipal() principal: Principal) {
    return describe(principal);
  }

  @Post('signed')
  @UseGuards(HmacGuard)
  bySignature(@CurrentPrincipal() principal: Principal) {
    return describe(principal);
  }

  @Get('signed')
  @UseGuards(HmacGuard)
  bySignatureWithoutBody(@CurrentPrincipal() principal: Principal) {
    return describe(principal);
  }

  @Post('app')
  @UseGuards(ProtectGuard)
  byApp(@CurrentPrincipal() principal: Principal) {
    return describe(principal);
  }

  @Get('token')
  @UseGuards(JwtGuard)
  byToken(@CurrentPrincipal() principal: Principal) {
    return describe(principal);
  }

  @Get('both')
  @UseGuards(JwtGuard, ProtectGuard)
  byBoth(@CurrentPrincipal() principal: Principal) {
    return describe(principal);
  }
}

/** The module a developer writes: it imports the guards' module and uses the guards. */
@Module({ imports: [GuardsModule], controllers: [GuardedController] })
class GuardedModule {}

interface Answer {
  readonly status: number;
  readonly challenge: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: a JSON body is whatever the server sent; the tests say what it must be
  readonly body: any;
}

/** A Nest application of somebody else, with the gateway's guards on a database of its own. */
export class GuardedApp {
  private constructor(
    readonly app: NestExpressApplication,
    private readonly drop: () => Promise<void>,
    readonly url: string,
  ) {}

  static async start({ rawBody = true } = {}): Promise<GuardedApp> {
    const database = await createMigrated();
    const settings = loadSettings({ env: database.env });
    const ground = [settingsModule(settings), DatabaseModule, SecretsModule, RedisModule];
    // Without the guard of the admin listener: in these tests anybody may make clients.
    @Module({ imports: [...ground, ClientsModule, IssuersModule, ProtectKeysModule, GuardedModule] })
    class SomebodysModule {}
    const app = await NestFactory.create<NestExpressApplication>(SomebodysModule, {
      rawBody,
      logger: false,
      abortOnError: false,
    });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new GuardedApp(app, () => database.drop(), `http://127.0.0.1:${port}`);
  }

  async call(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: object; body?: string } = {},
  ): Promise<Answer> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const reply = await fetch(`${this.url}${path}`, { method, headers: { ...json, ...headers }, body });
    const challenge = reply.headers.get('www-authenticate');
    return { status: reply.status, challenge, body: await reply.json().catch(() => undefined) };
  }

  /** Makes an object by its controller. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  async make(resource: string, body: object, method = 'POST'): Promise<any> {
    const reply = await this.call(method, `/api/admin/${resource}`, { body: JSON.stringify(body) });
    if (reply.status >= 300) throw new Error(`${resource}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body.value ?? reply.body;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.drop();
  }
}
