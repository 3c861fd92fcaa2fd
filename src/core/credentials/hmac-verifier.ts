import { randomBytes } from 'node:crypto';
import { type Awaitable, andThen } from '../awaitable';
import type { PolicyClient, PolicyHmacSecret } from '../policy-client';
import type { ClientPrincipal } from '../principal';
import type { Question } from '../question';
import { isRejection, type Verification } from '../verification';
import { HmacKey } from './hmac-key';
import { type HmacParameters, parseHmacParameters } from './hmac-parameters';
import { nonceKey } from './nonce-key';
import { hasSigned, readSignedBody, type SignedMessage, signedTargets } from './signed-message';
import { isFresh, NONCE_TTL_MS } from './signed-time';

/** Signs nothing that anybody knows: what an unknown client is checked against, to cost as much as a known one. */
const NOBODYS_KEY = new HmacKey(randomBytes(32));

/**
 * Verifies the parameters of an `Authorization: HMAC` field: HMAC-SHA256 over
 * `METHOD\nPATH\nTIMESTAMP\nNONCE\nBODY`, within 300 seconds, each nonce once for a client.
 */
export function verifyHmac(parameters: string, question: Question): Awaitable<Verification> {
  const claim = parseHmacParameters(parameters);
  if (typeof claim === 'string') return { rejected: claim };
  if (!isFresh(claim.timestamp, question.nowMs)) return { rejected: 'timestamp_outside_window' };
  return andThen(readSignedBody(question), (body) =>
    isRejection(body) ? body : verifySignature(claim, messagesOf(claim, body, question), question),
  );
}

/** What precedes the body in the message an HMAC credential signs. */
export function hmacHead(method: string, target: string, timestamp: string, nonce: string): string {
  return `${method}\n${target}\n${timestamp}\n${nonce}\n`;
}

function messagesOf({ timestamp, nonce }: HmacParameters, body: Buffer, question: Question): SignedMessage[] {
  const targets = signedTargets(question, question.route.hmacUnsignedQuery);
  return targets.map((target) => ({ head: hmacHead(question.request.method, target, timestamp, nonce), body }));
}

function verifySignature(
  claim: HmacParameters,
  messages: readonly SignedMessage[],
  question: Question,
): Awaitable<Verification> {
  const { snapshot, nowMs } = question;
  const client = snapshot.findClient(claim.clientName);
  const secret = findSigningSecret(client, messages, claim.signature, nowMs);
  if (client && secret) {
    const { credentialId } = secret;
    return takeNonce({ kind: 'client', client, method: 'hmac', credentialId, token: undefined }, claim.nonce, question);
  }
  // Only to tell the operator of a client that goes on with a secret that has been rotated away.
  const ended = client && findLastEnded(client, nowMs);
  const isOfEnded = hasSigned(ended?.key ?? NOBODYS_KEY, messages, claim.signature);
  if (!client) return { rejected: 'hmac_client_unknown' };
  return { rejected: ended && isOfEnded ? 'hmac_secret_expired' : 'hmac_signature_wrong' };
}

/** Tries every live secret, so that the time taken does not tell which one it was. */
function findSigningSecret(
  client: PolicyClient | undefined,
  messages: readonly SignedMessage[],
  signature: Buffer,
  nowMs: number,
): PolicyHmacSecret | undefined {
  let found: PolicyHmacSecret | undefined;
  let tried = 0;
  for (const secret of client?.hmacSecrets ?? []) {
    if (!isLive(secret, nowMs)) continue;
    tried += 1;
    if (hasSigned(secret.key, messages, signature)) found = secret;
  }
  if (tried === 0) hasSigned(NOBODYS_KEY, messages, signature);
  return found;
}

/** Not `>=`: a time that is no number must not make a secret live. */
function isLive({ isRevoked, validUntilMs }: PolicyHmacSecret, nowMs: number): boolean {
  return !isRevoked && nowMs < validUntilMs;
}

function findLastEnded({ hmacSecrets }: PolicyClient, nowMs: number): { readonly key: HmacKey } | undefined {
  let last: PolicyHmacSecret | undefined;
  for (const secret of hmacSecrets) {
    if (!isLive(secret, nowMs) && (last === undefined || secret.validUntilMs > last.validUntilMs)) last = secret;
  }
  return last;
}

/**
 * Uses up the nonce, whatever is decided afterwards. A client that is not active will be refused for that, and uses up
 * nothing: suspending a client must end what it can do to the store as well.
 */
function takeNonce(principal: ClientPrincipal, nonce: string, { ports }: Question): Awaitable<Verification> {
  const { client } = principal;
  if (client.status !== 'active') return principal;
  const isFirst = ports.nonces.tryTake(nonceKey('hmac', client.clientId, nonce), NONCE_TTL_MS);
  return andThen(isFirst, (first) => (first === true ? principal : { rejected: 'nonce_replayed' }));
}
