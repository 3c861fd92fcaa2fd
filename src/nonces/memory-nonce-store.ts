import { hash, randomBytes } from 'node:crypto';
import type { NonceReader, NonceStore } from '../core/ports';
import { type Mark, MarkSet } from './mark-set';

/** Nonces are forgotten together with all that end within the same three minutes. */
const SPAN_MS = 180_000;
/** About 150 MB: 5,000 signed requests a second for as long as nonces are kept. */
const CAPACITY = 4_000_000;

/**
 * The nonces of one process. Nonces that end at about the same time share a table that is dropped whole, so taking one
 * never costs more for how many are kept. When it is full it takes no more, which refuses signed requests rather than
 * forgetting a nonce that could then be used again.
 */
export class MemoryNonceStore implements NonceStore, NonceReader {
  /** By when they end, in milliseconds since the epoch. */
  private readonly spans = new Map<number, MarkSet>();
  private readonly salt = randomBytes(16).toString('base64');
  private readonly mark: Mark = new Uint32Array(4);
  private latestMs = 0;
  private size = 0;
  private lastSpanSize = 0;

  constructor(
    private readonly now: () => number = Date.now,
    private readonly capacity: number = CAPACITY,
  ) {}

  /**
   * True for the first taker of a key within `ttlMs`, and up to three minutes longer.
   * @throws Error when the store is full
   */
  tryTake(key: string, ttlMs: number): boolean {
    if (this.has(key)) return false;
    if (this.size >= this.capacity) throw new Error('the store of nonces is full');
    this.spanUntil(this.latestMs + ttlMs).add(this.mark);
    this.size += 1;
    return true;
  }

  has(key: string): boolean {
    // A clock that is set back must not bring back what has been used.
    this.latestMs = Math.max(this.latestMs, this.now());
    this.markKey(key);
    return this.isTaken();
  }

  private isTaken(): boolean {
    for (const [endsMs, span] of this.spans) {
      if (endsMs <= this.latestMs) this.drop(endsMs, span);
      else if (span.has(this.mark)) return true;
    }
    return false;
  }

  private spanUntil(endMs: number): MarkSet {
    const endsMs = Math.ceil(endMs / SPAN_MS) * SPAN_MS;
    let span = this.spans.get(endsMs);
    if (!span) {
      span = new MarkSet(this.lastSpanSize);
      this.spans.set(endsMs, span);
    }
    return span;
  }

  private drop(endsMs: number, { size }: MarkSet): void {
    this.spans.delete(endsMs);
    this.size -= size;
    this.lastSpanSize = size;
  }

  /** Salted, so that nobody can choose keys that fall onto each other. */
  private markKey(key: string): void {
    const digest = hash('sha256', this.salt + key, 'latin1');
    for (let i = 0; i < 4; i += 1) this.mark[i] = wordAt(digest, i * 4);
    this.mark[0] = (this.mark[0] ?? 0) || 1;
  }
}

function wordAt(bytes: string, at: number): number {
  return (
    bytes.charCodeAt(at) |
    (bytes.charCodeAt(at + 1) << 8) |
    (bytes.charCodeAt(at + 2) << 16) |
    (bytes.charCodeAt(at + 3) << 24)
  );
}
