/** What a log-in or a refresh answers (RFC 6749 section 5.1). */
export interface TokenReply {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly refresh_token: string;
}
