import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AdminTokensModule } from '../admin-tokens/admin-tokens.module';
import { ProblemFilter } from '../errors/problem.filter';
import { AdminGuard } from '../guards/admin.guard';
import { FailedTokenThrottle } from '../guards/failed-token-throttle';
import { ThrottlingModule } from '../throttling/throttling.module';

/** What every handler of the admin listener stands behind: the guard and the one exception filter. */
@Module({
  imports: [AdminTokensModule, ThrottlingModule],
  providers: [
    FailedTokenThrottle,
    { provide: APP_GUARD, useClass: AdminGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class AdminApiModule {}
