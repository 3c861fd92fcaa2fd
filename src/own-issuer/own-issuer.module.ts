import { Module } from '@nestjs/common';
import { RelayModule } from '../relay/relay.module';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { OwnIssuerSetup } from './own-issuer-setup';
import { OwnTokenSigner } from './own-token-signer';
import { SessionRevocations } from './session-revocations';

/** The gateway as an issuer of tokens: for the people who log in at it. */
@Module({
  imports: [SnapshotModule, RelayModule],
  providers: [OwnIssuerSetup, OwnTokenSigner, SessionRevocations],
  exports: [OwnTokenSigner, SessionRevocations],
})
export class OwnIssuerModule {}
