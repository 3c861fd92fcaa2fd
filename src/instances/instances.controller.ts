import { Get } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { type InstanceView, toInstanceView } from './instance.view';
import { InstanceRegistry } from './instance-registry';

/** The processes that serve this policy; there are never many, so they come in one list. */
@AdminController('instances')
export class InstancesController {
  constructor(private readonly registry: InstanceRegistry) {}

  @Get()
  @AdminRole('viewer')
  async list(): Promise<InstanceView[]> {
    return (await this.registry.list()).map(toInstanceView);
  }
}
