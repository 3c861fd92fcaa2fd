import type { RequestFault } from '../core/gateway-request';

/** What two servers are known to frame differently (CVE-2026-29057, RFC 9112 section 6.1). */
export function framingFault(
  httpVersion: string,
  hasHost: boolean,
  hasTransferEncoding: boolean,
): RequestFault | undefined {
  if (httpVersion === '1.1') return hasHost ? undefined : 'missing_host';
  if (httpVersion !== '1.0') return 'unsupported_http_version';
  return hasTransferEncoding ? 'transfer_encoding_on_http_1_0' : undefined;
}
