import { Module } from '@nestjs/common';
import { SigningKeyMint } from './signing-key-mint';
import { SigningKeysController } from './signing-keys.controller';
import { SigningKeysService } from './signing-keys.service';

@Module({
  controllers: [SigningKeysController],
  providers: [SigningKeyMint, SigningKeysService],
  exports: [SigningKeysService],
})
export class SigningKeysModule {}
