import { Module } from '@nestjs/common';
import { AdminAccessModule } from '../guards/admin-access.module';
import { AegisModule } from './aegis.module';
import { AuthProxyController } from './auth-proxy.controller';

@Module({ imports: [AdminAccessModule, AegisModule], controllers: [AuthProxyController] })
export class AuthProxyModule {}
