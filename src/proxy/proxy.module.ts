import { Module } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { tlsFilesOf } from '../../config/tls-files';
import { DecisionModule } from '../decision/decision.module';
import { ListenerTls } from '../listening/listener-tls';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { UpstreamRegistry } from './balancing/upstream-registry';
import { Forwarder } from './forwarder';
import { ProxyController } from './proxy.controller';
import { PROXY_TLS, ProxyListener } from './proxy-listener';
import { Upgrader } from './upgrader';

@Module({
  imports: [DecisionModule, SnapshotModule],
  providers: [
    UpstreamRegistry,
    Forwarder,
    Upgrader,
    ProxyController,
    {
      provide: PROXY_TLS,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ListenerTls.open(tlsFilesOf(settings, 'proxy')),
    },
    ProxyListener,
  ],
  exports: [Forwarder, ProxyListener, UpstreamRegistry],
})
export class ProxyModule {}
