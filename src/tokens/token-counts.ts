import { Injectable } from '@nestjs/common';

export type VerificationOutcome = 'cached' | 'verified' | 'rejected' | 'unavailable';
export type FetchKind = 'jwks' | 'discovery' | 'introspection';

/** What metrics tell of tokens; plain numbers, because a verification must not pay for a label. */
@Injectable()
export class TokenCounts {
  readonly verifications: Record<VerificationOutcome, number> = { cached: 0, verified: 0, rejected: 0, unavailable: 0 };
  readonly fetches: Record<FetchKind, { ok: number; failed: number }> = {
    jwks: { ok: 0, failed: 0 },
    discovery: { ok: 0, failed: 0 },
    introspection: { ok: 0, failed: 0 },
  };

  /** Counts a call to an issuer by how it ends, and passes that on. */
  async ofFetch<T>(kind: FetchKind, call: Promise<T>): Promise<T> {
    try {
      const reply = await call;
      this.fetches[kind].ok += 1;
      return reply;
    } catch (error) {
      this.fetches[kind].failed += 1;
      throw error;
    }
  }
}
