/** What a source of events may be allowed to bring about. */
export const INBOUND_EVENT_TYPES = ['user.deleted', 'user.disabled', 'client.suspend'] as const;

export type InboundEventType = (typeof INBOUND_EVENT_TYPES)[number];
