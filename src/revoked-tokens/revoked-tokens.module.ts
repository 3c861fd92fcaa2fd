import { Module } from '@nestjs/common';
import { RevokedTokensController } from './revoked-tokens.controller';
import { RevokedTokensService } from './revoked-tokens.service';

@Module({ controllers: [RevokedTokensController], providers: [RevokedTokensService] })
export class RevokedTokensModule {}
