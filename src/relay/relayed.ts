/** What an upstream gets of the credentials a caller sent, and the token that takes their place. */
export interface Relayed {
  /** Which values of the caller's Authorization pass: each, those with a scheme that is not the gateway's, or none. */
  readonly callerAuthorization: 'all' | 'foreign' | 'none';
  readonly passesApiKey: boolean;
  /** Whether `X-Authenticity`, the proof of an app, passes. */
  readonly passesAuthenticity: boolean;
  /** The Authorization value set by the gateway. */
  readonly authorization: string | undefined;
}

/** Everything as it came. */
export const PASSED: Relayed = {
  callerAuthorization: 'all',
  passesApiKey: true,
  passesAuthenticity: true,
  authorization: undefined,
};

/** What a caller who was proven by a token gets through unless the service says otherwise: a key beside it was never looked at. */
export const TOKEN_PASSED: Relayed = { ...PASSED, passesApiKey: false };

/** What a caller who was proven by a key, a signature or a certificate gets through unless the service says otherwise. */
export const KEY_STRIPPED: Relayed = { ...PASSED, callerAuthorization: 'foreign', passesApiKey: false };

/** No credential of the gateway at all. */
export const STRIPPED: Relayed = { ...KEY_STRIPPED, passesAuthenticity: false };

/**
 * For somebody no token can be made for. Where an upstream trusts the gateway's tokens, Authorization is the gateway's
 * field: one that leaked and is sent back on a public route must not arrive.
 */
export const WITHOUT_TOKEN: Relayed = { ...KEY_STRIPPED, callerAuthorization: 'none' };

/** A token in place of whatever the caller sent. */
export function replacedBy(token: string): Relayed {
  return { ...WITHOUT_TOKEN, authorization: `Bearer ${token}` };
}
