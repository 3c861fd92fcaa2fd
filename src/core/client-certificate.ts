/** A client certificate whose chain was verified, by our own listener or by a trusted proxy. */
export interface ClientCertificate {
  /** SHA-256 of the DER form, 64 lower-case hex digits. */
  readonly fingerprint: string;
  /** The URIs of its subject alternative name, SPIFFE ids among them. */
  readonly sanUris: readonly string[];
  /** The subject in RFC 4514 form, undefined where the proxy did not tell. */
  readonly subject: string | undefined;
}
