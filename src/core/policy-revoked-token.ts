/** A token that does not count any more, though it is genuine and has not ended. */
export interface PolicyRevokedToken {
  /** Made of the issuer and the `jti`: what the token is recognised by. */
  readonly revokedTokenId: string;
  /** Milliseconds since the epoch: from then on the token is refused for its age. Infinity when that is not known. */
  readonly expiresAtMs: number;
}
