import type { Awaitable } from '../core/awaitable';
import type { Rejection } from '../core/verification';
import type { AcceptedToken } from './accepted-token';
import type { PresentedToken } from './presented-token';

/** Verifies the tokens of one issuer, under one state of its policy. */
export interface IssuerVerifier {
  /** At once unless something must be fetched; `nowMs` in milliseconds since the epoch. */
  verify(presented: PresentedToken, nowMs: number): Awaitable<AcceptedToken | Rejection>;
}
