import type { KeyObject } from 'node:crypto';

/** A key of protect mode as decisions see it; several of one app may be live at once. */
export interface PolicyProtectKey {
  readonly protectKeyId: string;
  readonly app: string;
  /** A key object rather than text: it shows nothing when it is printed. */
  readonly key: KeyObject;
  /** Milliseconds since the epoch, Infinity when it never ends. */
  readonly validUntilMs: number;
}
