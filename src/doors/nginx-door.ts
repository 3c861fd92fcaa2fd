import type { IncomingMessage } from 'node:http';
import type { Refused } from '../core/decision';
import { type RefusalReply, type ReplyIds, toRefusalReply } from '../listening/refusal-reply';
import { BODY_FIELDS, type Description, fieldRoles } from './description';
import type { Door } from './door';
import { messageFault } from './message-fault';

/** `/authz` for nginx `auth_request` and HAProxy. nginx takes any reply but 2xx, 401 and 403 for a fault of its own. */
export const NGINX_DOOR: Door = {
  entrance: 'authz',
  roles: fieldRoles({
    ...BODY_FIELDS,
    'x-original-uri': 'target',
    'x-original-method': 'method',
    'x-original-host': 'host',
    'x-original-proto': 'scheme',
  }),
  complete(description: Description, req: IncomingMessage): void {
    description.fault ??= messageFault(description, req.httpVersion, false);
  },
  toReply(refused: Refused, ids: ReplyIds): RefusalReply {
    const { status, headers, body } = toRefusalReply(refused, ids);
    headers['X-Gatewarden-Status'] = String(status);
    // nginx drops the body of this reply; from a field it can hand the same one on.
    headers['X-Gatewarden-Problem'] = body;
    return { status: status === 401 || status >= 500 ? status : 403, headers, body };
  },
};
