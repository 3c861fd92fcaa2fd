import type { PolicyClient } from './policy-client';
import type { ClientPrincipal, Principal } from './principal';
import type { VerifiedToken } from './verified-token';

/** A principal somebody was proven to be. */
export type ProvenPrincipal = Exclude<Principal, { kind: 'nobody' } | { kind: 'app' }>;

interface ClientValues<V> {
  /** By credential, of which a client has a few. */
  readonly byCredential: Map<string, V>;
  readonly byToken: WeakMap<VerifiedToken, V>;
}

/**
 * What was worked out of a principal, kept for as long as the client and the token it is made of: a changed client is a
 * new object, and so is a token that was verified anew.
 */
export class PrincipalMemory<V> {
  private readonly ofUsers = new WeakMap<VerifiedToken, V>();
  private readonly ofClients = new WeakMap<PolicyClient, ClientValues<V>>();

  get(principal: ProvenPrincipal): V | undefined {
    if (principal.kind === 'user') return this.ofUsers.get(principal.token);
    const values = this.ofClients.get(principal.client);
    return principal.token ? values?.byToken.get(principal.token) : values?.byCredential.get(credentialOf(principal));
  }

  set(principal: ProvenPrincipal, value: V): void {
    if (principal.kind === 'user') {
      this.ofUsers.set(principal.token, value);
      return;
    }
    let values = this.ofClients.get(principal.client);
    if (!values) {
      values = { byCredential: new Map(), byToken: new WeakMap() };
      this.ofClients.set(principal.client, values);
    }
    if (principal.token) values.byToken.set(principal.token, value);
    else values.byCredential.set(credentialOf(principal), value);
  }
}

function credentialOf({ credentialId, method }: ClientPrincipal): string {
  return credentialId ?? method;
}
