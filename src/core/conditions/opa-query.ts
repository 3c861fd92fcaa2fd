/** A question to an Open Policy Agent (`POST /v1/data/…`). */
export interface OpaQuery {
  readonly url: string;
  readonly timeoutMs: number;
  /** 0 = every request is asked for. */
  readonly cacheSeconds: number;
}
