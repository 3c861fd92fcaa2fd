import { Injectable } from '@nestjs/common';
import type { PolicyTransaction } from '../database/policy-writer';
import { invalidField } from '../errors/refusals';
import { ServiceEntity } from '../services/service.entity';
import { serviceSchema } from '../services/service.schema';
import { ServicesService } from '../services/services.service';
import type { RouteInput } from './route.schema';

/** Finds the service a route names, or makes it when the route brings the upstream of a new one. */
@Injectable()
export class RouteTargets {
  constructor(private readonly services: ServicesService) {}

  /** The service, or null for a route that serves the doors only; @throws GatewardenError request_invalid */
  async resolve(tx: PolicyTransaction, input: RouteInput): Promise<ServiceEntity | null> {
    const byId = await this.findById(tx, input);
    const { service_name: name, upstream } = input;
    if (byId && name !== undefined && name !== byId.name) {
      throw invalidField('/service_name', 'service_name and service_id name different services');
    }
    if (byId || !name) {
      if (upstream) throw invalidField('/upstream', 'upstream needs the service_name of a new service');
      return byId;
    }
    const byName = await tx.manager.findOneBy(ServiceEntity, { name });
    return byName ? refuseOtherUpstream(byName, upstream) : this.create(tx, name, upstream);
  }

  private async findById(tx: PolicyTransaction, input: RouteInput): Promise<ServiceEntity | null> {
    if (!input.service_id) return null;
    const service = await tx.manager.findOneBy(ServiceEntity, { serviceId: input.service_id });
    if (!service) throw invalidField('/service_id', 'service_id not found');
    return service;
  }

  private create(tx: PolicyTransaction, name: string, upstream: string | null | undefined): Promise<ServiceEntity> {
    if (!upstream) {
      throw invalidField('/service_name', 'no service has this service_name: create it, or give its upstream here');
    }
    return this.services.insert(tx, serviceSchema.parse({ name, upstreams: [{ url: upstream }] }));
  }
}

function refuseOtherUpstream(service: ServiceEntity, upstream: string | null | undefined): ServiceEntity {
  if (!upstream || (service.upstreams.length === 1 && service.upstreams[0]?.url === upstream)) return service;
  throw invalidField(
    '/upstream',
    'this service exists with other upstreams: leave upstream out, or change the service',
  );
}
