import { availableParallelism } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import type { PasswordScheme } from '../../../config/people-settings';
import type { Settings } from '../../../config/settings';
import { SETTINGS } from '../../../config/settings.module';
import { GatewardenError } from '../../errors/gatewarden-error';
import { BCRYPT_MAX_BYTES } from './bcrypt';
import type { KnownHash } from './known-hash';
import { MAX_PASSWORD_BYTES, passwordFault, toPasswordBytes } from './password';
import { readHash, SCHEMES } from './read-hash';
import { WorkQueue } from './work-queue';

/** Hashing shares libuv's four threads with the data plane's DNS and files, and its cores with everything else. */
const CONCURRENCY = Math.min(2, Math.max(1, availableParallelism() - 1));
const MAX_WAITING = 1000;

/** Hashes passwords and verifies them against hashes of every known scheme, off the event loop and in turn. */
@Injectable()
export class PasswordHasher {
  readonly #queue = new WorkQueue({ concurrency: CONCURRENCY, waiting: MAX_WAITING }, tooBusy);
  readonly #scheme: PasswordScheme;
  #decoy: KnownHash | undefined;

  constructor(@Inject(SETTINGS) { passwordHash }: Pick<Settings, 'passwordHash'>) {
    this.#scheme = passwordHash;
    this.#decoy = readHash(SCHEMES[passwordHash].decoy())?.known;
  }

  /**
   * A new hash of a password that `findFault` has nothing against; one that replaces a bcrypt hash keeps its `$2y$`.
   * @throws GatewardenError dependency_unavailable when too many wait
   */
  async hash(password: string, replaced?: string): Promise<string> {
    const bytes = toPasswordBytes(password);
    if (!bytes || bytes.length > this.maxBytes) throw new Error('a password that cannot be hashed was not refused');
    return this.#queue.run(() => SCHEMES[this.#scheme].hash(bytes, replaced));
  }

  /**
   * Takes as long for an unknown user (hash undefined) as for a known one with a wrong password.
   * @throws GatewardenError dependency_unavailable when too many wait
   */
  async verify(password: string, hash: string | undefined): Promise<{ isRight: boolean; needsRehash: boolean }> {
    const stored = hash === undefined ? undefined : readHash(hash);
    const bytes = toPasswordBytes(password);
    // What users' hashes cost is what an unknown user has to cost.
    if (stored) this.#decoy = stored.known;
    const subject = stored?.known ?? this.#decoy;
    const matches = await this.#queue.run(async () => subject?.matches(bytes ?? Buffer.from('-')));
    const isRight = matches === true && stored !== undefined && bytes !== undefined;
    const isOutdated = stored !== undefined && (stored.scheme !== this.#scheme || stored.known.isWeak);
    // A longer password keeps its old hash: bcrypt would forget the rest of it.
    return { isRight, needsRehash: isRight && isOutdated && bytes.length <= this.maxBytes };
  }

  /** Why a new password is refused, or undefined. */
  findFault(password: string): string | undefined {
    return passwordFault(password, this.maxBytes);
  }

  private get maxBytes(): number {
    return this.#scheme === 'bcrypt' ? BCRYPT_MAX_BYTES : MAX_PASSWORD_BYTES;
  }
}

function tooBusy(): GatewardenError {
  const headers = { 'Retry-After': '5' };
  return new GatewardenError('dependency_unavailable', 'too many passwords are being verified', { headers });
}
