import { Module } from '@nestjs/common';
import { IssuerSecrets } from './issuer-secrets';
import { IssuersController } from './issuers.controller';
import { IssuersService } from './issuers.service';

@Module({ controllers: [IssuersController], providers: [IssuersService, IssuerSecrets], exports: [IssuersService] })
export class IssuersModule {}
