/** An issuer could not be asked, or gave no answer that can be used; its message is for the log. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}
