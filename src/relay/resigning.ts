import type { KeyObject } from 'node:crypto';
import type { Principal } from '../core/principal';
import { PrincipalMemory } from '../core/principal-memory';
import { signHs256 } from './compact-jws';
import { isProven, toProof } from './proof';
import { type Relayed, replacedBy, WITHOUT_TOKEN } from './relayed';

/** How long a token may live at most, in milliseconds; the predecessor's lived for 72 hours, whatever the caller's did. */
const LIFETIME_MS = 3_600_000;

interface Resigned {
  readonly relayed: Relayed;
  /** Milliseconds since the epoch: from then on a new one lives longer. */
  readonly renewAtMs: number;
}

/**
 * `resign`: an HS256 token by the service's secret, with the claims of apivault, `exp` and `sub`, and no others: its
 * upstreams may be strict about what they do not know. It is made once for a caller and used until half its life is over.
 */
export class Resigning {
  private readonly memory = new PrincipalMemory<Resigned>();

  constructor(private readonly key: KeyObject) {}

  relay(principal: Principal, nowMs: number): Relayed {
    if (!isProven(principal)) return WITHOUT_TOKEN;
    let resigned = this.memory.get(principal);
    if (!resigned || nowMs >= resigned.renewAtMs) {
      const proof = toProof(principal);
      if (!proof) return WITHOUT_TOKEN;
      const endsAtMs = Math.min(proof.endsAtMs, nowMs + LIFETIME_MS);
      const token = signHs256({ exp: Math.floor(endsAtMs / 1000), sub: proof.subject }, this.key);
      // Renewing what ends with the caller's own proof would only make the same token again.
      const renewAtMs = endsAtMs === proof.endsAtMs ? Number.POSITIVE_INFINITY : nowMs + LIFETIME_MS / 2;
      resigned = { relayed: replacedBy(token), renewAtMs };
      this.memory.set(principal, resigned);
    }
    return resigned.relayed;
  }
}
