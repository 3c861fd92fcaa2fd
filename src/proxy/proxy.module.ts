import { Module } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { tlsFilesOf } from '../../config/tls-files';
import { DecisionModule } from '../decision/decision.module';
import { ListenerTls } from '../listening/listener-tls';
import { RelayModule } from '../relay/relay.module';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { UpstreamRegistry } from './balancing/upstream-registry';
import { Forwarder } from './forwarder';
import { KeySetEndpoint } from './key-set-endpoint';
import { OwnEndpoints } from './own-endpoints';
import { OwnResponder } from './own-responder';
import { ProxyController } from './proxy.controller';
import { PROXY_TLS, ProxyListener } from './proxy-listener';
import { Upgrader } from './upgrader';

@Module({
  imports: [DecisionModule, SnapshotModule, RelayModule],
  providers: [
    UpstreamRegistry,
    Forwarder,
    Upgrader,
    OwnEndpoints,
    OwnResponder,
    KeySetEndpoint,
    ProxyController,
    {
      provide: PROXY_TLS,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ListenerTls.open(tlsFilesOf(settings, 'proxy')),
    },
    ProxyListener,
  ],
  exports: [Forwarder, OwnEndpoints, ProxyListener, UpstreamRegistry],
})
export class ProxyModule {}
