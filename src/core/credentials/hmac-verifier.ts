import type { Awaitable } from '../awaitable';
import type { Question } from '../question';
import type { Verification } from '../verification';

/** Verifies the parameters of an `Authorization: HMAC` field. */
export function verifyHmac(_parameters: string, _question: Question): Awaitable<Verification> {
  return { rejected: 'hmac_not_accepted' };
}
