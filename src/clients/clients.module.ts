import { Module } from '@nestjs/common';
import { ClientsController } from './clients.controller';
import { ClientsService } from './clients.service';
import { CredentialMint } from './credential-mint';
import { CredentialsController } from './credentials.controller';
import { CredentialsService } from './credentials.service';

@Module({
  controllers: [ClientsController, CredentialsController],
  providers: [ClientsService, CredentialsService, CredentialMint],
  exports: [ClientsService, CredentialMint],
})
export class ClientsModule {}
