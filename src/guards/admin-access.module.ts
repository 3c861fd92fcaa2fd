import { Module } from '@nestjs/common';
import { AdminSessionsModule } from '../admin-sessions/admin-sessions.module';
import { AdminTokensModule } from '../admin-tokens/admin-tokens.module';
import { AegisModule } from '../aegis/aegis.module';
import { AdminAuthenticator } from './admin-authenticator';
import { AttemptThrottle } from './attempt-throttle';
import { CallerAddress } from './caller-address';
import { FailedTokenThrottle } from './failed-token-throttle';

/** Who may call the admin API, and how often somebody may try. */
@Module({
  imports: [AdminTokensModule, AdminSessionsModule, AegisModule],
  providers: [AdminAuthenticator, AttemptThrottle, CallerAddress, FailedTokenThrottle],
  exports: [AdminSessionsModule, AdminAuthenticator, AttemptThrottle, CallerAddress, FailedTokenThrottle],
})
export class AdminAccessModule {}
