import type { OwnCall } from '../../proxy/own-endpoint';

/** What an endpoint answers; its body is sent as JSON. */
export interface AuthAnswer {
  readonly status: number;
  readonly body: object;
}

/** One endpoint for people. */
export interface AuthRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  answer(call: OwnCall): Promise<AuthAnswer>;
}

/** Injection token of every `AuthRoute`. */
export const AUTH_ROUTES = Symbol('AUTH_ROUTES');

/** 200 with nothing to tell but that it is done. */
export function done(status: string): AuthAnswer {
  return { status: 200, body: { status } };
}
