import type { IncomingMessage } from 'node:http';
import { toRefusalReply } from '../listening/refusal-reply';
import { type Description, fieldRoles } from './description';
import type { Door } from './door';
import { messageFault } from './message-fault';

/** Where Envoy puts the described path behind; alone it is the path `/`. */
export const ENVOY_PREFIX = '/authz/envoy';

/** `/authz/envoy/…` for Envoy's HTTP ext_authz, whose messages are the described requests under a prefix. */
export const ENVOY_HTTP_DOOR: Door = {
  entrance: 'envoy',
  roles: fieldRoles({
    host: 'host',
    'x-forwarded-proto': 'scheme',
    'x-envoy-auth-partial-body': 'isPartialBody',
  }),
  complete(description: Description, req: IncomingMessage): void {
    const target = (req.url ?? '').slice(ENVOY_PREFIX.length);
    description.target = target.startsWith('/') ? target : `/${target}`;
    description.method = req.method;
    description.fault ??= messageFault(description, req.httpVersion, true);
  },
  toReply: toRefusalReply,
};
