/** A client certificate whose chain was verified, by our own listener or by a trusted proxy. */
export interface ClientCertificate {
  /** SHA-256 of the DER form, 64 lower-case hex digits; undefined where the proxy did not tell. */
  readonly fingerprint: string | undefined;
  /** The URIs of its subject alternative name, SPIFFE ids among them. */
  readonly sanUris: readonly string[];
  /** The subject in the one form of `toCanonicalName`, undefined where the proxy did not tell or it has none. */
  readonly subject: string | undefined;
  /** Milliseconds since the epoch, Infinity where the proxy did not tell. */
  readonly validUntilMs: number;
}
