import type { TokenQuestion, TokenVerifier } from '../../src/core/ports';
import type { Rejection } from '../../src/core/verification';
import type { VerifiedToken } from '../../src/core/verified-token';
import { DECISION_PORTS } from '../../src/decision/decision.service';
import type { Gateway } from './gateway';
import { aToken } from './principals';

let made = 0;

/** A verifier that knows the tokens it was told, so that what follows a verification can be tested by itself. */
export class KnownTokens implements TokenVerifier {
  private readonly known = new Map<string, VerifiedToken>();

  /** Puts one in the place of the verifier of a gateway. */
  static of(gateway: Gateway): KnownTokens {
    const tokens = new KnownTokens();
    Object.assign(gateway.app.get(DECISION_PORTS), { tokens });
    return tokens;
  }

  /** The text of a new token that says this; good for an hour unless told otherwise. */
  add(change: Partial<VerifiedToken> = {}): string {
    made += 1;
    const text = `header.payload${made}.signature`;
    this.known.set(text, aToken({ expiresAtMs: Date.now() + 3_600_000, ...change }));
    return text;
  }

  verify({ token }: TokenQuestion): VerifiedToken | Rejection {
    return this.known.get(token) ?? { rejected: 'token_unknown' };
  }
}
