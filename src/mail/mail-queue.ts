import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LOGGED_MAIL } from '../../config/mail-url';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { toSentence } from '../errors/to-sentence';
import { inTime } from '../outages/in-time';
import type { ComposeMail, Mail, MailTransport } from './mail';
import { openMailTransport } from './mail-transport';

const CAPACITY = 1000;
const RETRY_AFTER_MS = [1_000, 10_000, 60_000, 300_000];
/** How long a stop waits for mail that is being sent. */
const SHUTDOWN_MS = 5_000;

/**
 * Sends mail behind the replies it belongs to, one after the other, so that no reply tells by its time whether there was
 * one. What is queued is in memory: a process that is killed loses it, and people ask again.
 */
@Injectable()
export class MailQueue implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(MailQueue.name);
  private readonly transport: MailTransport | undefined;
  private readonly waiting = new Set<NodeJS.Timeout>();
  private queued = 0;
  private hasSaidSo = false;
  private sent: Promise<void> = Promise.resolve();

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {
    this.transport = openMailTransport(settings, this.logger);
  }

  onModuleInit(): void {
    if (this.settings.smtpUrl !== LOGGED_MAIL) return;
    this.logger.warn('mail is written to this log, tokens included: for development only');
  }

  /** Composes and sends a mail later; when a thousand wait already, it is lost, and the log says so. */
  add(compose: ComposeMail): void {
    if (!this.transport) {
      this.sayOnceThatNoneIsSent();
      return;
    }
    if (this.queued + this.waiting.size >= CAPACITY) {
      this.logger.error('a mail is not sent: too many wait already');
      return;
    }
    this.queued += 1;
    this.sent = this.sent.then(async () => {
      await this.composeAndSend(compose);
      this.queued -= 1;
    });
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.waiting) clearTimeout(timer);
    if (this.queued > 0) await inTime(this.sent, SHUTDOWN_MS).catch(() => undefined);
    const lost = this.queued + this.waiting.size;
    if (lost > 0) this.logger.warn(`mails lost by the stop: ${lost}`);
    this.transport?.close();
  }

  private sayOnceThatNoneIsSent(): void {
    if (!this.hasSaidSo) this.logger.warn('SMTP_URL is not set: nobody gets the mail the gateway would send');
    this.hasSaidSo = true;
  }

  private async composeAndSend(compose: ComposeMail): Promise<void> {
    try {
      const mail = await compose();
      if (mail) await this.trySend(mail, 0);
    } catch (error) {
      this.logger.error(`a mail could not be composed: ${toSentence(error)}`);
    }
  }

  private async trySend(mail: Mail, attempt: number): Promise<void> {
    try {
      await this.transport?.send(mail);
    } catch (error) {
      const retryAfterMs = RETRY_AFTER_MS[attempt];
      const next = retryAfterMs === undefined ? 'given up' : `trying again in ${retryAfterMs / 1000} s`;
      this.logger.error(`a mail could not be sent (${reasonOf(error)}), ${next}`);
      if (retryAfterMs !== undefined) this.sendLater(mail, attempt + 1, retryAfterMs);
    }
  }

  private sendLater(mail: Mail, attempt: number, afterMs: number): void {
    const timer = setTimeout(() => {
      this.waiting.delete(timer);
      this.queued += 1;
      this.sent = this.sent.then(async () => {
        await this.trySend(mail, attempt);
        this.queued -= 1;
      });
    }, afterMs).unref();
    this.waiting.add(timer);
  }
}

/** What a mail server says may repeat the mail; its codes do not. */
function reasonOf(error: unknown): string {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return [code, responseCode].filter((part) => part !== undefined).join(' ') || 'unknown';
}
