import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { PolicyService } from '../../core/policy-service';
import type { PolicySnapshot } from '../../core/policy-snapshot';
import { SnapshotService } from '../../snapshot/snapshot.service';
import { HealthProbe } from './health-probe';
import type { TurnListener } from './upstream';
import { UpstreamSet } from './upstream-set';

interface Entry {
  readonly set: UpstreamSet;
  readonly probe: HealthProbe | undefined;
}

/** The upstream sets of all services, following the snapshot: an unchanged service keeps its connections. */
@Injectable()
export class UpstreamRegistry implements OnModuleInit, OnApplicationShutdown {
  private readonly entries = new Map<string, Entry>();
  private readonly turnListeners: TurnListener[] = [];

  constructor(private readonly snapshots: SnapshotService) {}

  onModuleInit(): void {
    this.snapshots.onSwapped((snapshot) => this.follow(snapshot));
    this.follow(this.snapshots.current);
  }

  onApplicationShutdown(): void {
    for (const { probe, set } of this.entries.values()) {
      probe?.stop();
      for (const upstream of set.upstreams) upstream.destroy();
    }
    this.entries.clear();
  }

  find(serviceId: string): UpstreamSet | undefined {
    return this.entries.get(serviceId)?.set;
  }

  /** Listeners run inside a request: they must be quick, and must not throw. */
  onTurned(listener: TurnListener): void {
    this.turnListeners.push(listener);
  }

  private follow(snapshot: PolicySnapshot): void {
    for (const [serviceId, entry] of this.entries) {
      if (snapshot.services.get(serviceId) !== entry.set.service) this.drop(serviceId, entry);
    }
    for (const service of snapshot.services.values()) {
      if (!this.entries.has(service.serviceId)) this.add(service);
    }
  }

  private add(service: PolicyService): void {
    const set = new UpstreamSet(service, (upstream, isUp) => {
      for (const listener of this.turnListeners) listener(upstream, isUp);
    });
    const probe = service.healthCheck ? new HealthProbe(set, service.healthCheck) : undefined;
    probe?.start();
    this.entries.set(service.serviceId, { set, probe });
  }

  private drop(serviceId: string, { set, probe }: Entry): void {
    this.entries.delete(serviceId);
    probe?.stop();
    for (const upstream of set.upstreams) upstream.close();
  }
}
