import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SigningKeysService } from '../signing-keys/signing-keys.service';
import { SnapshotService } from '../snapshot/snapshot.service';

/** Before anything listens: a gateway whose policy has no signing key gets one. */
@Injectable()
export class FirstSigningKey implements OnApplicationBootstrap {
  constructor(
    private readonly snapshots: SnapshotService,
    private readonly signingKeys: SigningKeysService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.snapshots.current.signingKeys.size === 0) await this.signingKeys.ensureOne();
  }
}
