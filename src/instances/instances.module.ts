import { Global, Module } from '@nestjs/common';
import { AppliedWait } from './applied-wait';
import { InstanceRegistry } from './instance-registry';
import { InstancesController } from './instances.controller';

/** Needs a global provider of SNAPSHOT_STATE. Global because every write of the admin API may wait for the others. */
@Global()
@Module({
  controllers: [InstancesController],
  providers: [InstanceRegistry, AppliedWait],
  exports: [InstanceRegistry, AppliedWait],
})
export class InstancesModule {}
