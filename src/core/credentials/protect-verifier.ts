import { hash } from 'node:crypto';
import { type Awaitable, andThen } from '../awaitable';
import type { PersistentMap } from '../persistent-map';
import type { PolicyProtectKey } from '../policy-protect-key';
import type { Question } from '../question';
import { isRejection, type Verification } from '../verification';
import { isNonce, nonceKey } from './nonce-key';
import { hasSigned, readSignedBody, type SignedMessage, signedTargets } from './signed-message';
import { isFresh, isTimestamp, NONCE_TTL_MS } from './signed-time';

const AUTHENTICITY = /^[0-9a-f]{64}$/i;
const EMPTY = Buffer.alloc(0);

/** What an app signed, and the part of it that counts once for its key. */
interface AppClaim {
  readonly version: 'protect_v1' | 'protect_v2';
  readonly messages: readonly SignedMessage[];
  readonly once: string;
}

/** The keys of a policy as a list: a snapshot is asked for all of them, and has them by id. */
const listed = new WeakMap<PersistentMap<PolicyProtectKey>, readonly PolicyProtectKey[]>();

/**
 * Verifies the signature of an app (`X-Authenticity`, `X-Date`, `X-Nonce`). With a nonce it covers method, target, date,
 * nonce and body (v2); without one only the date, as APIVault's did, and counts once for each method and path (v1).
 */
export function verifyProtect(question: Question): Awaitable<Verification> {
  const { authenticity, date, nonce } = question.request.fields;
  if (authenticity === undefined) return { rejected: 'no_authenticity', code: 'credentials_missing' };
  if (!AUTHENTICITY.test(authenticity)) return { rejected: 'authenticity_malformed' };
  if (date === undefined) return { rejected: 'protect_date_missing' };
  if (!isTimestamp(date)) return { rejected: 'timestamp_malformed' };
  if (!isFresh(date, question.nowMs)) return { rejected: 'timestamp_outside_window' };
  const signature = Buffer.from(authenticity, 'hex');
  if (nonce === undefined) return verifyV1(date, signature, question);
  return verifyV2(date, nonce, signature, question);
}

/** The message of a version 2 signature. */
export function protectMessage(parts: {
  readonly method: string;
  readonly target: string;
  readonly date: string;
  readonly nonce: string;
  readonly body: Buffer;
}): string {
  const { method, target, date, nonce, body } = parts;
  return `${method}\n${target}\n${date}\n${nonce}\n${hash('sha256', body, 'hex')}`;
}

function verifyV1(date: string, signature: Buffer, question: Question): Awaitable<Verification> {
  const { request, route } = question;
  if (!route.protectVersions.has('v1')) return { rejected: 'protect_v1_not_accepted' };
  const once = `${date}:${request.method}:${request.path}`;
  return verifyClaim({ version: 'protect_v1', messages: [{ head: date, body: EMPTY }], once }, signature, question);
}

function verifyV2(date: string, nonce: string, signature: Buffer, question: Question): Awaitable<Verification> {
  const { request, route } = question;
  if (!route.protectVersions.has('v2')) return { rejected: 'protect_v2_not_accepted' };
  if (!isNonce(nonce)) return { rejected: 'nonce_malformed' };
  return andThen(readSignedBody(question), (body) => {
    if (isRejection(body)) return body;
    const messages = signedTargets(question, false).map((target) => {
      return { head: protectMessage({ method: request.method, target, date, nonce, body }), body: EMPTY };
    });
    return verifyClaim({ version: 'protect_v2', messages, once: nonce }, signature, question);
  });
}

function verifyClaim(claim: AppClaim, signature: Buffer, question: Question): Awaitable<Verification> {
  const key = findSigningKey(claim.messages, signature, question);
  if (typeof key === 'string') return { rejected: key };
  const { app, protectKeyId } = key;
  const isFirst = question.ports.nonces.tryTake(nonceKey(claim.version, protectKeyId, claim.once), NONCE_TTL_MS);
  return andThen(isFirst, (first) =>
    first === true ? { kind: 'app', method: 'protect', app, protectKeyId } : { rejected: 'nonce_replayed' },
  );
}

/** Tries every key, so that the time taken does not tell which one it was. */
function findSigningKey(
  messages: readonly SignedMessage[],
  signature: Buffer,
  { snapshot, nowMs }: Question,
): PolicyProtectKey | 'protect_key_expired' | 'authenticity_wrong' {
  let found: PolicyProtectKey | undefined;
  for (const key of keysOf(snapshot.protectKeys)) if (hasSigned(key.key, messages, signature)) found = key;
  if (!found) return 'authenticity_wrong';
  // Not `>=`: a time that is no number must not make a key live.
  return nowMs < found.validUntilMs ? found : 'protect_key_expired';
}

function keysOf(keys: PersistentMap<PolicyProtectKey>): readonly PolicyProtectKey[] {
  let list = listed.get(keys);
  if (!list) {
    list = [...keys.values()];
    listed.set(keys, list);
  }
  return list;
}
