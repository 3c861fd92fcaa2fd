/** Everything the gateway may tell a webhook of; nothing emits `budget.reached` in this version. */
export const EVENT_TYPES = [
  'client.created',
  'client.suspended',
  'client.revoked',
  'key.expiring',
  'key.rotated',
  'admin.login',
  'credentials.burst',
  'limit.exceeded',
  'budget.reached',
  'upstream.down',
  'upstream.up',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** Something that happened: `data` is what receivers read, in snake_case, with times as Unix seconds and never a secret. */
export interface GatewayEvent {
  readonly type: EventType;
  readonly data: object;
}
