import type { ReplyHandler } from '../upstream-http/reply-handler';
import type { ReplyHead } from '../upstream-http/reply-head';

/** The reply to a request that is sent for its status alone. */
export class ProbeReply implements ReplyHandler {
  /** Resolves once the reply has come whole; rejects when none does. */
  readonly status: Promise<number>;
  private readonly settle: { resolve(status: number): void; reject(error: Error): void };
  private code = 0;

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.status = promise;
    this.settle = { resolve, reject };
  }

  onHead({ status }: ReplyHead): void {
    this.code = status;
  }

  onComplete(): void {
    this.settle.resolve(this.code);
  }

  onFailed(error: Error): void {
    this.settle.reject(error);
  }

  onSending(): void {}

  onBodySent(): void {}

  onSent(): void {}

  onInformation(): void {}

  onBody(): void {}

  onQuiet(): void {}
}
