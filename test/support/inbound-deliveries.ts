import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { AdminServer, Reply } from './admin-server';

export interface Parts {
  readonly secret: string;
  readonly body: string;
  readonly atMs?: number;
  readonly headers?: Record<string, string>;
}

/** Delivers as the timestamped scheme signs, in fields with this prefix. */
export function deliver(server: AdminServer, name: string, parts: Parts & { prefix: string }): Promise<Reply> {
  const { secret, body, prefix, atMs = Date.now(), headers } = parts;
  const timestamp = String(Math.floor(atMs / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  const signed = { [`${prefix}-timestamp`]: timestamp, [`${prefix}-signature`]: `sha256=${signature}` };
  return server.post(`/api/webhooks/${name}`, undefined, {
    token: null,
    raw: body,
    headers: { ...signed, ...headers },
  });
}

/** Delivers as Standard Webhooks signs. */
export function deliverStandard(server: AdminServer, name: string, parts: Parts & { id: string }): Promise<Reply> {
  const { secret, body, id, atMs = Date.now(), headers } = parts;
  const at = new Date(atMs);
  const signed = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return server.post(`/api/webhooks/${name}`, undefined, {
    token: null,
    raw: body,
    headers: { ...signed, ...headers },
  });
}
