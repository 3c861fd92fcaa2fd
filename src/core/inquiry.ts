import type { Demand } from './demand';
import type { PolicyClient } from './policy-client';
import type { ClientPrincipal, CredentialKind, Principal } from './principal';
import type { Verification } from './verification';
import type { VerifiedToken } from './verified-token';

/** One thing a decision looked at, in the order it did. */
export interface InquiryStep {
  readonly step:
    | 'route'
    | 'method'
    | 'protect'
    | 'credential'
    | 'permission'
    | 'roles'
    | 'scopes'
    | 'condition'
    | 'opa'
    | 'limit';
  readonly outcome: string;
  /** Whom an accepted credential proves. */
  readonly principal?: Principal;
  /** Why a credential was rejected. */
  readonly cause?: string;
  /** What a condition threw. */
  readonly fault?: unknown;
}

/** Somebody who wants to know how a decision comes about. */
export interface Inquiry {
  note(step: InquiryStep): void;
  /** The client a request is taken to be from, whatever credential it shows; undefined = whoever it proves. */
  readonly assumed: PolicyClient | undefined;
}

const OWN_KINDS: readonly CredentialKind[] = ['api_key', 'hmac', 'mtls'];

/** A token that says nothing but whom it stands for. */
const EMPTY_TOKEN: VerifiedToken = {
  issuerId: '',
  issuerName: '',
  subject: undefined,
  roles: [],
  scopes: [],
  tenant: undefined,
  clientName: undefined,
  jti: undefined,
  expiresAtMs: Number.POSITIVE_INFINITY,
  claims: {},
  forwardedClaims: undefined,
};

/** A client as if it had shown a credential that the demand takes: one of its own, else a token without any role. */
export function assumedPrincipal(client: PolicyClient, { kinds }: Demand): Verification {
  const method = OWN_KINDS.find((kind) => kinds.has(kind)) ?? 'jwt';
  if (!kinds.has(method)) return { rejected: 'no_credential_accepted' };
  const token = method === 'jwt' ? EMPTY_TOKEN : undefined;
  const principal: ClientPrincipal = { kind: 'client', client, method, credentialId: undefined, token };
  return principal;
}
