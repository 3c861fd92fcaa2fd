import type { HmacKey } from './credentials/hmac-key';

/** A key of protect mode as decisions see it; several of one app may be live at once. */
export interface PolicyProtectKey {
  readonly protectKeyId: string;
  readonly app: string;
  readonly key: HmacKey;
  /** Milliseconds since the epoch, Infinity when it never ends. */
  readonly validUntilMs: number;
}
