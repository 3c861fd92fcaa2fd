import { Logger } from '@nestjs/common';
import type { TlsFiles } from '../../config/tls-files';
import { loadTlsMaterial, type TlsMaterial } from './tls-material';

const INTERVAL_MS = 2_000;

/**
 * Reads a listener's TLS files every so often and hands on what is new and whole. Reading them is the one way that
 * notices every kind of change: renamed files, exchanged symbolic links, other file systems. Files that cannot be used
 * leave the old ones in force; that is said once, and only of what is found twice in a row, for files are exchanged one
 * after the other.
 */
export class TlsReload {
  private readonly logger = new Logger(TlsReload.name);
  private timer: NodeJS.Timeout | undefined;
  private isReading = false;
  private lastFault = '';
  private toldFault = '';

  constructor(
    private readonly files: TlsFiles,
    private current: TlsMaterial,
    private readonly renew: (material: TlsMaterial) => void,
    private readonly intervalMs = INTERVAL_MS,
  ) {}

  start(): void {
    this.warnIfExpired();
    this.timer = setInterval(() => void this.look(), this.intervalMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    try {
      const found = await loadTlsMaterial(this.files, this.current);
      this.lastFault = '';
      this.toldFault = '';
      if (found !== this.current) this.take(found);
    } catch (error) {
      this.note((error as Error).message);
    } finally {
      this.isReading = false;
    }
  }

  private take(found: TlsMaterial): void {
    this.renew(found);
    this.current = found;
    this.logger.log(`the ${this.files.listener} listener has a new certificate, valid until ${found.leaf.validTo}`);
    this.warnIfExpired();
  }

  private note(fault: string): void {
    const isFoundTwice = fault === this.lastFault;
    this.lastFault = fault;
    if (!isFoundTwice || fault === this.toldFault) return;
    this.toldFault = fault;
    this.logger.warn(
      `the ${this.files.listener} listener keeps its certificate, for the new files cannot be used: ${fault}`,
    );
  }

  private warnIfExpired(): void {
    const { validTo, validToDate } = this.current.leaf;
    if (validToDate.getTime() > Date.now()) return;
    this.logger.warn(
      `the certificate of the ${this.files.listener} listener expired at ${validTo}; clients will refuse it`,
    );
  }
}
