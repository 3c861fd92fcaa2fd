import { type Awaitable, andThen } from '../awaitable';
import type { Question } from '../question';
import { isRejection, type Rejection, type Verification } from '../verification';
import type { VerifiedToken } from '../verified-token';

/** Verifies a bearer token and finds whom it stands for: a user, or the client its issuer maps it to. */
export function verifyToken(token: string, question: Question): Awaitable<Verification> {
  const { demand, snapshot, ports, nowMs } = question;
  const verified = ports.tokens.verify({ token, issuers: demand.issuers, snapshot, nowMs });
  return andThen(verified, (outcome) => toVerification(outcome, question));
}

function toVerification(outcome: VerifiedToken | Rejection, { snapshot }: Question): Verification {
  if (isRejection(outcome)) return outcome;
  if (outcome.clientName === undefined) return { kind: 'user', method: 'jwt', token: outcome };
  const client = snapshot.findClient(outcome.clientName);
  if (!client) return { rejected: 'token_client_unknown' };
  return { kind: 'client', client, method: 'jwt', credentialId: undefined, token: outcome };
}
