import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { OWN_ISSUER_ID } from '../own-issuer/own-issuer';
import { SnapshotService } from '../snapshot/snapshot.service';

/** Whether people may register themselves. */
@Injectable()
export class Registration {
  constructor(
    private readonly snapshots: SnapshotService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Unless a setting says so: where others vouch for people, anybody must not get a token by filling in a form. */
  get isOpen(): boolean {
    const { registration } = this.settings;
    if (registration !== undefined) return registration === 'open';
    for (const issuer of this.snapshots.current.issuers.values()) {
      if (issuer.enabled && issuer.issuerId !== OWN_ISSUER_ID) return false;
    }
    return true;
  }
}
