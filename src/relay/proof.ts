import type { ClientPrincipal, Principal } from '../core/principal';
import type { ProvenPrincipal } from '../core/principal-memory';

/** Whom a token for an upstream is about, and until when what the caller showed proves it. */
export interface Proof {
  /** The caller's own `sub`, a number as a number; for a client without a token its id. */
  readonly subject: string | number;
  /** Milliseconds since the epoch, Infinity for what never ends. */
  readonly endsAtMs: number;
}

/** Whether a principal is somebody a token may be about; an app stands for no person. */
export function isProven(principal: Principal): principal is ProvenPrincipal {
  return principal.kind === 'user' || principal.kind === 'client';
}

/** The proof behind a principal, undefined for a token that names nobody. */
export function toProof(principal: ProvenPrincipal): Proof | undefined {
  const { token } = principal;
  const client = principal.kind === 'client' ? principal : undefined;
  const subject = token?.subject ?? client?.client.clientId;
  if (subject === undefined || subject === '') return undefined;
  const endsAtMs = token?.expiresAtMs ?? (client && endOf(client)) ?? Number.POSITIVE_INFINITY;
  return { subject, endsAtMs };
}

function endOf({ client, credentialId }: ClientPrincipal): number | undefined {
  const credentials = [...client.apiKeys, ...client.hmacSecrets, ...client.certificates];
  return credentials.find((one) => one.credentialId === credentialId)?.validUntilMs;
}
