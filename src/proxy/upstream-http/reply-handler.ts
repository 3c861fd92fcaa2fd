import type { Bytes } from './bytes';
import type { ReplyHead } from './reply-head';

/** What carries an exchange. Does nothing for a handler whose exchange it does not carry, or not any more. */
export interface Carrier {
  pause(handler: ReplyHandler): void;
  resume(handler: ReplyHandler): void;
  /** Gives the exchange up: its handler is told nothing any more. */
  abort(handler: ReplyHandler): void;
}

/** Who sent a request, and hears what becomes of it: `onFailed` or `onComplete` comes last, and once. */
export interface ReplyHandler {
  /** There is a connection, and the request goes out on it next. */
  onSending(carrier: Carrier): void;
  onBodySent(bytes: number): void;
  /** The whole request is on its way. */
  onSent(): void;
  /** An interim reply. */
  onInformation(head: ReplyHead): void;
  onHead(head: ReplyHead): void;
  /** A part of the body, from `start` to `end`. The bytes are lent: they change when this returns. */
  onBody(bytes: Bytes, start: number, end: number): void;
  /** All that has come so far has been told, and the reply goes on. */
  onQuiet(): void;
  /** @param trailers names and values in turn */
  onComplete(trailers: readonly string[]): void;
  onFailed(error: Error): void;
}
