import type { Condition } from './conditions/condition';
import type { OpaQuery } from './conditions/opa-query';
import type { CredentialKind } from './principal';

/** What one method of a route asks of a request. */
export interface Demand {
  readonly authRequired: boolean;
  readonly kinds: ReadonlySet<CredentialKind>;
  /** Whether a signature of an app (`X-Authenticity`) is asked for; nothing else is needed then unless `authRequired`. */
  readonly protect: boolean;
  /** The WWW-Authenticate value of its 401s (RFC 9110 section 11.6.1). */
  readonly challenge: string;
  /** Asked of tokens, which alone carry roles and scopes. */
  readonly rolesAny: readonly string[];
  readonly rolesAll: readonly string[];
  readonly scopesAny: readonly string[];
  readonly scopesAll: readonly string[];
  /** Names of the issuers whose tokens count, undefined = every enabled one. */
  readonly issuers: ReadonlySet<string> | undefined;
  readonly condition: Condition | undefined;
  readonly opa: OpaQuery | undefined;
}

const CHALLENGES: Record<CredentialKind, string> = {
  api_key: 'ApiKey realm="gatewarden"',
  hmac: 'HMAC realm="gatewarden"',
  jwt: 'Bearer realm="gatewarden"',
  mtls: 'Mutual realm="gatewarden"',
};
const PROTECT_CHALLENGE = 'Authenticity realm="gatewarden"';

export const PUBLIC: Demand = {
  authRequired: false,
  kinds: new Set(),
  protect: false,
  challenge: '',
  rolesAny: [],
  rolesAll: [],
  scopesAny: [],
  scopesAll: [],
  issuers: undefined,
  condition: undefined,
  opa: undefined,
};

/** A demand for an app's signature. */
export const PROTECTED: Demand = { ...PUBLIC, protect: true, challenge: PROTECT_CHALLENGE };

/** A demand for any one of these kinds of credential, with what else is asked of whoever it proves. */
export function demandCredential(kinds: readonly CredentialKind[], further: Partial<Demand> = {}): Demand {
  const challenges = kinds.map((kind) => CHALLENGES[kind]);
  if (further.protect) challenges.unshift(PROTECT_CHALLENGE);
  return { ...PUBLIC, ...further, authRequired: true, kinds: new Set(kinds), challenge: challenges.join(', ') };
}
