import type { IncomingMessage } from 'node:http';
import { toRefusalReply } from '../listening/refusal-reply';
import { BODY_FIELDS, type Description, fieldRoles } from './description';
import type { Door } from './door';
import { messageFault } from './message-fault';

/** `/authz/forward` for Traefik `forwardAuth` and Caddy `forward_auth`, which hand a refusal on as it is. */
export const FORWARD_AUTH_DOOR: Door = {
  entrance: 'forward_auth',
  roles: fieldRoles({
    ...BODY_FIELDS,
    'x-forwarded-uri': 'target',
    'x-forwarded-method': 'method',
    'x-forwarded-host': 'host',
    'x-forwarded-proto': 'scheme',
  }),
  complete(description: Description, req: IncomingMessage): void {
    description.fault ??= messageFault(description, req.httpVersion, false);
  },
  toReply: toRefusalReply,
};
