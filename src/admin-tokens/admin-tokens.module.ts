import { Module } from '@nestjs/common';
import { AdminTokenAuthenticator } from './admin-token-authenticator';
import { AdminTokensController } from './admin-tokens.controller';
import { AdminTokensService } from './admin-tokens.service';
import { FirstAdminToken } from './first-admin-token';

@Module({
  controllers: [AdminTokensController],
  providers: [AdminTokensService, AdminTokenAuthenticator, FirstAdminToken],
  exports: [AdminTokenAuthenticator],
})
export class AdminTokensModule {}
