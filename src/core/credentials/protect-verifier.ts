import type { Awaitable } from '../awaitable';
import type { Question } from '../question';
import type { Verification } from '../verification';

/** Verifies the signature of an app (`X-Authenticity`, `X-Date`, `X-Nonce`). */
export function verifyProtect(_question: Question): Awaitable<Verification> {
  return { rejected: 'protect_not_accepted' };
}
