import { Module } from '@nestjs/common';
import { OwnIssuerModule } from '../own-issuer/own-issuer.module';
import { UsersModule } from '../users/users.module';
import { SessionEnding } from './session-ending';
import { SessionPruning } from './session-pruning';
import { SessionRefresh } from './session-refresh';
import { SessionTokens } from './session-tokens';
import { SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';

@Module({
  imports: [OwnIssuerModule, UsersModule],
  controllers: [SessionsController],
  providers: [SessionTokens, SessionsService, SessionRefresh, SessionEnding, SessionPruning],
  exports: [SessionsService, SessionRefresh, SessionEnding],
})
export class SessionsModule {}
