import { MalformedRequest } from './gateway-request';

/** A request described by a peer that may not describe any: nothing it says of the request counts. */
export class UntrustedRequest extends MalformedRequest {
  override readonly code = 'untrusted_peer';
}
