import type { Bytes } from '../../src/proxy/upstream-http/bytes';
import type { Carrier, ReplyHandler } from '../../src/proxy/upstream-http/reply-handler';
import type { ReplyHead } from '../../src/proxy/upstream-http/reply-head';

/** A handler that keeps what it was told. */
export class ReplyRecord implements ReplyHandler {
  readonly events: string[] = [];
  status = 0;
  body = '';
  trailers: readonly string[] = [];
  error: (Error & { code?: string }) | undefined;
  carrier: Carrier | undefined;
  /** Called with each part of the body. */
  onPart: () => void = () => undefined;
  /** Resolves when it was told the last. */
  readonly done: Promise<this>;
  private settle: (self: this) => void = () => undefined;

  constructor() {
    this.done = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  onSending(carrier: Carrier): void {
    this.carrier = carrier;
    this.events.push('sending');
  }

  onBodySent(bytes: number): void {
    this.events.push(`body ${bytes}`);
  }

  onSent(): void {
    this.events.push('sent');
  }

  onInformation({ status }: ReplyHead): void {
    this.events.push(String(status));
  }

  onHead({ status }: ReplyHead): void {
    this.status = status;
    this.events.push(String(status));
  }

  onBody(bytes: Bytes, start: number, end: number): void {
    this.body += bytes.latin1Slice(start, end);
    this.onPart();
  }

  onQuiet(): void {
    this.events.push('quiet');
  }

  onComplete(trailers: readonly string[]): void {
    this.trailers = trailers;
    this.events.push('complete');
    this.settle(this);
  }

  onFailed(error: Error): void {
    this.error = error;
    this.events.push('failed');
    this.settle(this);
  }
}
