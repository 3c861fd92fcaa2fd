import { Module } from '@nestjs/common';
import { DecisionModule } from '../decision/decision.module';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { UpstreamRegistry } from './balancing/upstream-registry';
import { Forwarder } from './forwarder';
import { ProxyController } from './proxy.controller';
import { ProxyListener } from './proxy-listener';
import { Upgrader } from './upgrader';

@Module({
  imports: [DecisionModule, SnapshotModule],
  providers: [UpstreamRegistry, Forwarder, Upgrader, ProxyController, ProxyListener],
  exports: [Forwarder, ProxyListener, UpstreamRegistry],
})
export class ProxyModule {}
