import { Module } from '@nestjs/common';
import { AdminAuthenticator } from './admin-authenticator';
import { AdminTokensController } from './admin-tokens.controller';
import { AdminTokensService } from './admin-tokens.service';
import { FirstAdminToken } from './first-admin-token';

@Module({
  controllers: [AdminTokensController],
  providers: [AdminTokensService, AdminAuthenticator, FirstAdminToken],
  exports: [AdminAuthenticator],
})
export class AdminTokensModule {}
