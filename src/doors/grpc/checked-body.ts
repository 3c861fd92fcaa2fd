import { BODY_NOT_AVAILABLE, NO_BODY, type RequestBody } from '../../core/request-body';
import type { Description } from '../description';
import type { HttpAttributes } from './check-messages';

/** The body Envoy sends along, where that is the whole of it. */
export function checkedBody(http: HttpAttributes | null | undefined, description: Description): RequestBody {
  const body = bytesOf(http);
  if (description.isPartialBody === 'true' || isLonger(http, description, body.length)) return BODY_NOT_AVAILABLE;
  if (body.length === 0) return NO_BODY;
  return { read: (maxBytes) => (maxBytes > 0 && body.length > maxBytes ? 'body_too_large' : body) };
}

function bytesOf(http: HttpAttributes | null | undefined): Buffer {
  if (!http) return Buffer.alloc(0);
  return http.raw_body.length > 0 ? http.raw_body : Buffer.from(http.body, 'utf8');
}

/** Whether the client sent another body than this one, by all that is told; a chunked one may be whole when Envoy says so. */
function isLonger(http: HttpAttributes | null | undefined, description: Description, bytes: number): boolean {
  const { messageLength, messageEncoding, isPartialBody } = description;
  if (messageLength !== undefined && Number(messageLength) !== bytes) return true;
  if (http && http.size > bytes) return true;
  const isUnknown = messageEncoding !== undefined || http?.size === -1;
  return isUnknown && bytes === 0 && isPartialBody !== 'false';
}
