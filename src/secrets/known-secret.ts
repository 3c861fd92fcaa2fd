import { createHash, timingSafeEqual } from 'node:crypto';

/** A secret to compare others with, in a time that tells neither where they differ nor how long the right one is. */
export class KnownSecret {
  private readonly digest: Buffer;

  constructor(secret: string) {
    this.digest = digestOf(secret);
  }

  is(given: string): boolean {
    return timingSafeEqual(digestOf(given), this.digest);
  }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}
