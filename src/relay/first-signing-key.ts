import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DatabaseLink } from '../database/database-link';
import { keyRotationSchema } from '../signing-keys/signing-key.schema';
import { SigningKeysService } from '../signing-keys/signing-keys.service';
import { SnapshotService } from '../snapshot/snapshot.service';

/** Before anything listens: a gateway whose policy has no signing key gets one, and one of another kind is followed by what the settings ask for. */
@Injectable()
export class FirstSigningKey implements OnApplicationBootstrap {
  constructor(
    private readonly snapshots: SnapshotService,
    private readonly signingKeys: SigningKeysService,
    private readonly link: DatabaseLink,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.link.whenOpen(() => this.ensureKey());
  }

  private async ensureKey(): Promise<void> {
    if (this.snapshots.current.signingKeys.size === 0) await this.signingKeys.ensureOne();
    else if (await this.signingKeys.lacksPreferred()) await this.signingKeys.rotate(keyRotationSchema.parse({}));
  }
}
