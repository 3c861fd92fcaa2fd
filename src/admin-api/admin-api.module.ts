import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { ProblemFilter } from '../errors/problem.filter';
import { AdminGuard } from '../guards/admin.guard';
import { AdminAccessModule } from '../guards/admin-access.module';
import { ConsoleConfigController } from './console-config.controller';

/** What every handler of the admin listener stands behind: the guard and the one exception filter. */
@Module({
  imports: [AdminAccessModule, ThrottlerModule.forRoot([])],
  controllers: [ConsoleConfigController],
  providers: [
    { provide: APP_GUARD, useClass: AdminGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class AdminApiModule {}
