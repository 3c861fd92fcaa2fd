import { Module } from '@nestjs/common';
import { ProtectKeysController } from './protect-keys.controller';
import { ProtectKeysService } from './protect-keys.service';

@Module({ controllers: [ProtectKeysController], providers: [ProtectKeysService], exports: [ProtectKeysService] })
export class ProtectKeysModule {}
