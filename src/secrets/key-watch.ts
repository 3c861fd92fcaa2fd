import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { loadKeyId } from './load-secret-keys';
import { SecretKeys } from './secret-keys';

/** How long a process may go on sealing with the old key after the database has been bound to the new one. */
export const KEY_WATCH_MS = 1_000;

/** While the master key is being changed, seals with the one the database is bound to; otherwise there is nothing to watch. */
@Injectable()
export class KeyWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(KeyWatch.name);
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly keys: SecretKeys,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.keys.isChanging) return;
    this.timer = setInterval(() => void this.look(), KEY_WATCH_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** A database that is away is no reason to stop: whoever needs it says so. */
  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const boundTo = await loadKeyId(this.dataSource);
      if (boundTo === null || boundTo === this.keys.keyId) return;
      if (this.keys.sealWith(boundTo)) this.logger.log(`secrets are sealed with the master key ${boundTo} from now on`);
      else this.logger.error(`the database is bound to the master key ${boundTo}, which this process does not have`);
    } catch {
      // The next look finds it.
    } finally {
      this.isLooking = false;
    }
  }
}
