import { type DataSource, IsNull } from 'typeorm';
import { ConfigRevisionEntity } from '../database/config-revision.entity';
import { PolicyWriter } from '../database/policy-writer';
import { KEY_WATCH_MS } from '../secrets/key-watch';
import { boundSecretKeys, type KeySettings, keyBindingOf, loadKeyBinding } from '../secrets/load-secret-keys';
import type { SecretKeys } from '../secrets/secret-keys';
import { Resealing } from './resealing';

/** Three looks of the processes that serve: after that, each of them seals with the key the database is bound to. */
const SETTLE_MS = 3 * KEY_WATCH_MS;
const MOST_PASSES = 20;

/** Where a re-key stands. */
export interface RekeyState {
  /** The key the database is bound to. */
  readonly boundTo: string;
  /** The key secrets are to be sealed with. */
  readonly target: string;
  /** Stored secrets that are sealed with another key. */
  readonly left: number;
}

/** What a re-key did. */
export interface RekeyResult {
  readonly keyId: string;
  readonly resealed: number;
  readonly unopenable: readonly string[];
}

/** Seals everything a database keeps with another master key while it is served; run again after an interruption. */
export class Rekey {
  private constructor(
    private readonly dataSource: DataSource,
    private readonly keys: SecretKeys,
    private readonly boundTo: string,
    private readonly isShared: boolean,
  ) {}

  /** Plans the change to the key `target`; throws a sentence for the operator when a key it takes is missing. */
  static async plan(
    dataSource: DataSource,
    settings: KeySettings,
    { target, isShared }: { target: string; isShared: boolean },
  ): Promise<Rekey> {
    const binding = await loadKeyBinding(dataSource);
    if (!binding) throw new Error('This database has no master key yet: the first start gives it one.');
    const keys = boundSecretKeys(settings, binding);
    if (!keys.sealWith(target)) throw new Error(`The new master key (key id ${target}) is not among the keys given.`);
    return new Rekey(dataSource, keys, binding.keyId, isShared);
  }

  async state(): Promise<RekeyState> {
    const left = await this.resealing(() => undefined).countOthers();
    return { boundTo: this.boundTo, target: this.keys.keyId, left };
  }

  /** Does it, or the rest of it. */
  async run(onProgress: (resealed: number) => void): Promise<RekeyResult> {
    const first = await this.resealAll(onProgress, () => this.keepDigestKeys());
    const { keyId } = this.keys;
    if (this.boundTo !== keyId) await this.bind();
    // Those who serve go on with the old key for a moment; what they sealed meanwhile is found now.
    if (this.isShared) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const last = await this.resealAll(onProgress, () => Promise.resolve());
    // Whoever keeps the policy elsewhere under the master key writes it anew with this revision.
    if (first.resealed + last.resealed > 0) await new PolicyWriter(this.dataSource).write(async () => undefined);
    return { keyId, resealed: first.resealed + last.resealed, unopenable: last.unopenable };
  }

  private async resealAll(onProgress: (resealed: number) => void, before: () => Promise<void>) {
    await before();
    let resealed = 0;
    for (let passes = 0; passes < MOST_PASSES; passes += 1) {
      const counts = await this.resealing((count) => onProgress(resealed + count)).pass();
      resealed += counts.resealed;
      if (counts.resealed === 0) return { resealed, unopenable: counts.unopenable };
    }
    throw new Error('Secrets are still being sealed with the old key: is every process started with both keys?');
  }

  private resealing(onProgress: (resealed: number) => void): Resealing {
    return new Resealing(this.dataSource, this.keys, onProgress);
  }

  /** From the first re-key on the digest keys are stored: digests must not change with the master key. */
  private async keepDigestKeys(): Promise<void> {
    const { digestKeys: stored } = await this.dataSource.manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 });
    if (stored === null && this.boundTo === this.keys.keyId) return;
    if (stored?.startsWith(`v1.${this.keys.keyId}.`)) return;
    const { digestKeys } = keyBindingOf(this.keys);
    await this.dataSource.manager.update(
      ConfigRevisionEntity,
      { id: 1, digestKeys: stored ?? IsNull() },
      { digestKeys },
    );
  }

  private async bind(): Promise<void> {
    const { boundTo, keys } = this;
    await new PolicyWriter(this.dataSource).write(({ manager }) =>
      manager.update(ConfigRevisionEntity, { id: 1, keyId: boundTo }, { keyId: keys.keyId }),
    );
  }
}
