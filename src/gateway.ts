import type { Server } from 'node:https';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import type { Settings } from '../config/settings';
import { tlsFilesOf } from '../config/tls-files';
import { configureAdminApp } from './admin-api/configure-admin-app';
import { appModule } from './app.module';
import { DecisionListener } from './doors/decision-listener';
import { GrpcListener } from './doors/grpc/grpc-listener';
import { listenOn } from './listening/listen-on';
import { ListenerTls } from './listening/listener-tls';
import { NestLogger } from './logging/nest-logger';
import { ProxyListener } from './proxy/proxy-listener';

/** Starts the gateway with its listeners open; `close()` of what it resolves to drains and stops it. */
export async function startGateway(settings: Settings, logger: Logger): Promise<NestExpressApplication> {
  const adminTls = await ListenerTls.open(tlsFilesOf(settings, 'admin'));
  const app = await NestFactory.create<NestExpressApplication>(appModule(settings, logger), {
    bodyParser: false,
    httpsOptions: adminTls?.options,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  try {
    configureAdminApp(app);
    await app.init();
    adminTls?.follow(app.getHttpServer() as Server);
    await listenOn(app.getHttpServer(), settings.adminListen);
    await app.get(DecisionListener).listen();
    await app.get(GrpcListener).listen();
    await app.get(ProxyListener).listen();
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}
