import type { CredentialKind } from './principal';

/** What one method of a route asks of a request. */
export interface Demand {
  readonly authRequired: boolean;
  readonly kinds: ReadonlySet<CredentialKind>;
  /** The WWW-Authenticate value of its 401s (RFC 9110 section 11.6.1). */
  readonly challenge: string;
}

const CHALLENGES: Record<CredentialKind, string> = {
  api_key: 'ApiKey realm="gatewarden"',
  hmac: 'HMAC realm="gatewarden"',
  jwt: 'Bearer realm="gatewarden"',
  mtls: 'Mutual realm="gatewarden"',
};

export const PUBLIC: Demand = { authRequired: false, kinds: new Set(), challenge: '' };

/** A demand for any one of these kinds of credential. */
export function demandCredential(kinds: readonly CredentialKind[]): Demand {
  const challenges = kinds.map((kind) => CHALLENGES[kind]);
  return { authRequired: true, kinds: new Set(kinds), challenge: challenges.join(', ') };
}
