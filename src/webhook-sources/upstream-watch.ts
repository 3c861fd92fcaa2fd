import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UpstreamRegistry } from '../proxy/balancing/upstream-registry';
import { EventNotes } from './event-notes';

/** Tells webhooks of upstreams that this process finds dead, or alive again. */
@Injectable()
export class UpstreamWatch implements OnModuleInit {
  constructor(
    private readonly registry: UpstreamRegistry,
    private readonly notes: EventNotes,
  ) {}

  onModuleInit(): void {
    this.registry.onTurned(({ service, url }, isUp) => {
      const data = { service_id: service.serviceId, service_name: service.name, upstream: url };
      this.notes.note({ type: isUp ? 'upstream.up' : 'upstream.down', data });
    });
  }
}
