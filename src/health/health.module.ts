import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller';
import { WorkersIndicator } from './workers-indicator';

/** Needs a global provider of SNAPSHOT_STATE. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [WorkersIndicator],
})
export class HealthModule {}
