import type { RequestFault } from '../core/gateway-request';
import { framingFault } from '../listening/framing-fault';
import type { Description } from './description';

/** What is wrong with the message of a front proxy itself; only one that is the described request may lack a host. */
export function messageFault(
  { host, messageEncoding }: Description,
  httpVersion: string,
  isDescribedItself: boolean,
): RequestFault | undefined {
  const hasHost = host !== undefined;
  const fault = framingFault(httpVersion, hasHost || !isDescribedItself, messageEncoding !== undefined);
  return fault ?? (hasHost || isDescribedItself ? undefined : 'missing_host');
}
