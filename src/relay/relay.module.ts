import { Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { FirstSigningKey } from './first-signing-key';
import { SigningKeyRing } from './signing-key-ring';
import { TokenRelay } from './token-relay';

@Module({
  imports: [SnapshotModule, SigningKeysModule],
  providers: [SigningKeyRing, TokenRelay, FirstSigningKey],
  exports: [SigningKeyRing, TokenRelay],
})
export class RelayModule {}
