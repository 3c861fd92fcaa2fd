import { createHash, createHmac, randomUUID } from 'node:crypto';
import { HmacKey } from '../../src/core/credentials/hmac-key';
import type { PolicyHmacSecret } from '../../src/core/policy-client';
import type { PolicyProtectKey } from '../../src/core/policy-protect-key';
import type { NonceStore } from '../../src/core/ports';
import { NOW_MS } from './policy';

export const SECRET = 'hmac-shared-secret-xyz';
export const APP_KEY = 'mysharedkey';

/** The parts of a request that an HMAC credential signs, as the predecessor's clients put them together. */
export interface HmacText {
  readonly clientId: string;
  readonly secret?: string;
  readonly method?: string;
  /** Path and query. */
  readonly target?: string;
  readonly timestamp?: string;
  readonly nonce?: string;
  readonly body?: string | Buffer;
}

/** The Authorization value of a signed request; written without the code under test. */
export function hmacAuthorization(text: HmacText): string {
  const { clientId, secret = SECRET, method = 'GET', target = '/orders/1', body = '' } = text;
  const { timestamp = secondsOf(NOW_MS), nonce = randomUUID() } = text;
  const message = `${method}\n${target}\n${timestamp}\n${nonce}\n`;
  const signature = createHmac('sha256', secret).update(message).update(body).digest('hex');
  return `HMAC client_id="${clientId}",timestamp="${timestamp}",nonce="${nonce}",signature="${signature}"`;
}

/** A moment as the digits of Unix seconds. */
export function secondsOf(ms: number): string {
  return String(Math.floor(ms / 1000));
}

/** A stored HMAC secret as it lies in a snapshot, live for ever unless told otherwise. */
export function anHmacSecret(secret: string = SECRET, change: Partial<PolicyHmacSecret> = {}): PolicyHmacSecret {
  return {
    credentialId: `credential of ${secret}`,
    key: new HmacKey(secret),
    validUntilMs: Number.POSITIVE_INFINITY,
    isRevoked: false,
    ...change,
  };
}

/** A key of protect mode as it lies in a snapshot, live for ever unless told otherwise. */
export function aProtectKey(key: string = APP_KEY, change: Partial<PolicyProtectKey> = {}): PolicyProtectKey {
  return {
    protectKeyId: `id of ${key}`,
    app: 'ios',
    key: new HmacKey(key),
    validUntilMs: Number.POSITIVE_INFINITY,
    ...change,
  };
}

/** A store that forgets nothing, with the keys it was asked for. */
export class RememberedNonces implements NonceStore {
  readonly asked: string[] = [];

  tryTake(key: string): boolean {
    this.asked.push(key);
    return this.asked.indexOf(key) === this.asked.length - 1;
  }
}

/** The fields of protect mode: version 2, unless there is no nonce; written without the code under test. */
export function protectFields(text: Omit<HmacText, 'clientId'>): [string, string][] {
  const { secret = APP_KEY, method = 'GET', target = '/orders/1', timestamp = secondsOf(NOW_MS), nonce } = text;
  const digest = createHash('sha256')
    .update(text.body ?? '')
    .digest('hex');
  const message = nonce === undefined ? timestamp : `${method}\n${target}\n${timestamp}\n${nonce}\n${digest}`;
  const authenticity = createHmac('sha256', secret).update(message).digest('hex');
  const fields: [string, string][] = [
    ['X-Date', timestamp],
    ['X-Authenticity', authenticity],
  ];
  return nonce === undefined ? fields : [...fields, ['X-Nonce', nonce]];
}
