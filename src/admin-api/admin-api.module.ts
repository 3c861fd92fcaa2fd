import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { AdminTokensModule } from '../admin-tokens/admin-tokens.module';
import { ProblemFilter } from '../errors/problem.filter';
import { AdminGuard } from '../guards/admin.guard';
import { FailedTokenThrottle } from '../guards/failed-token-throttle';

/** What every handler of the admin listener stands behind: the guard and the one exception filter. */
@Module({
  imports: [AdminTokensModule, ThrottlerModule.forRoot([])],
  providers: [
    FailedTokenThrottle,
    { provide: APP_GUARD, useClass: AdminGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class AdminApiModule {}
