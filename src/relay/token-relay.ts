import { Injectable, Logger } from '@nestjs/common';
import type { Allowed } from '../core/decision';
import type { PolicyService } from '../core/policy-service';
import type { Principal } from '../core/principal';
import { toSentence } from '../errors/to-sentence';
import { Asserting } from './asserting';
import { KEY_STRIPPED, PASSED, type Relayed, STRIPPED, TOKEN_PASSED } from './relayed';
import { Resigning } from './resigning';
import { SigningKeyRing } from './signing-key-ring';

type ServiceRelay = (allowed: Allowed, nowMs: number) => Relayed;

/** Decides what an upstream gets of a caller's credentials (contract: pass, strip, resign, assertion). */
@Injectable()
export class TokenRelay {
  private readonly logger = new Logger(TokenRelay.name);
  /** By service, and a changed service is a new object: what was made with an old secret goes with it. */
  private readonly relays = new WeakMap<PolicyService, ServiceRelay>();
  private isFailing = false;

  constructor(private readonly ring: SigningKeyRing) {}

  /** What is relayed to a service, undefined when it wants a token and none can be made: then it must not be called. */
  relay(allowed: Allowed, service: PolicyService, nowMs: number): Relayed | undefined {
    try {
      const relayed = this.relayOf(service)(allowed, nowMs);
      this.isFailing = false;
      return relayed;
    } catch (error) {
      if (!this.isFailing)
        this.logger.error(`no token can be made for the service ${service.name}: ${toSentence(error)}`);
      this.isFailing = true;
      return undefined;
    }
  }

  private relayOf(service: PolicyService): ServiceRelay {
    let relay = this.relays.get(service);
    if (!relay) {
      relay = this.newRelay(service);
      this.relays.set(service, relay);
    }
    return relay;
  }

  private newRelay({ name, tokenRelay, relayKey }: PolicyService): ServiceRelay {
    switch (tokenRelay) {
      case undefined:
        return ({ principal }) => byDefault(principal);
      case 'pass':
        return () => PASSED;
      case 'strip':
        return () => STRIPPED;
      case 'resign': {
        if (!relayKey) throw new Error('the service has no secret to sign with');
        const resigning = new Resigning(relayKey);
        return ({ principal }, nowMs) => resigning.relay(principal, nowMs);
      }
      case 'assertion': {
        const asserting = new Asserting(name);
        return (allowed, nowMs) => asserting.relay(allowed, nowMs, this.ring.signingKey(nowMs));
      }
    }
  }
}

/** On a route that asks for no credential none is ours: what the caller sends there is for the upstream. */
function byDefault(principal: Principal): Relayed {
  if (principal.kind === 'nobody' || principal.kind === 'app') return PASSED;
  return principal.method === 'jwt' ? TOKEN_PASSED : KEY_STRIPPED;
}
