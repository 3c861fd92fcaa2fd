import { Injectable, type OnModuleInit } from '@nestjs/common';
import { findSigningKey, type PolicySigningKey, type PublicJwk } from '../core/policy-signing-key';
import type { PolicySnapshot } from '../core/policy-snapshot';
import { SnapshotService } from '../snapshot/snapshot.service';

/** The gateway's own keys as this process serves them, following the snapshot. */
@Injectable()
export class SigningKeyRing implements OnModuleInit {
  private keys: readonly PolicySigningKey[] = [];

  constructor(private readonly snapshots: SnapshotService) {}

  onModuleInit(): void {
    this.snapshots.onSwapped((snapshot) => this.follow(snapshot));
    this.follow(this.snapshots.current);
  }

  /**
   * The key that signs now.
   * @throws Error when there is none
   */
  signingKey(nowMs: number): PolicySigningKey {
    const key = findSigningKey(this.keys, nowMs);
    if (!key) throw new Error('the gateway has no signing key');
    return key;
  }

  /** What verifies tokens signed now, before and soon: a key is published before it signs, and after. */
  publicKeys(nowMs: number): readonly PublicJwk[] {
    return this.keys.filter(({ retiresAtMs }) => nowMs < retiresAtMs).map(({ publicJwk }) => publicJwk);
  }

  private follow({ signingKeys }: PolicySnapshot): void {
    this.keys = [...signingKeys.values()];
  }
}
