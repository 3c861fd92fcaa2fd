import { digestApiKey } from './api-key';

const GENERATION_SIZE = 10_000;

/**
 * Digests of API keys, those of keys in use remembered: digesting one takes longer than the rest of a decision. Only
 * keys that were found are kept, so guesses cannot push them out; what a key may do is never kept here, so a revoked
 * one is refused at once. Holds clear keys in memory, as every request that carries one does.
 */
export class ApiKeyDigests {
  private recent = new Map<string, string>();
  private older = new Map<string, string>();

  constructor(private readonly pepper: Buffer) {}

  /** The digest of a key in use, undefined for a key not seen lately. */
  find(key: string): string | undefined {
    return this.recent.get(key) ?? this.older.get(key);
  }

  digest(key: string): string {
    return digestApiKey(key, this.pepper);
  }

  /** Keeps the digest of a key that belongs to a client. */
  remember(key: string, digest: string): void {
    if (this.recent.size >= GENERATION_SIZE) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, digest);
  }
}
