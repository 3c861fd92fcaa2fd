import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecretCipher } from '../secrets/secret-cipher';
import type { StoredWebhookSecret, WebhookEntity } from './webhook.entity';

const SECRET_BYTES = 32;
/** Each adds a signature to every delivery. */
const MOST_LIVE = 5;

type Stored = Pick<WebhookEntity, 'webhookId' | 'secrets'>;

/** A fresh secret in the form of Standard Webhooks, and what is stored of it and of those before it. */
export interface MintedWebhookSecret {
  readonly secret: string;
  readonly secrets: StoredWebhookSecret[];
}

/** Makes, seals and opens the secrets that deliveries are signed with. */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly cipher: SecretCipher) {}

  /** A new secret; those before it sign on until `oldEndsAtMs`, or to their own end where that is earlier. */
  mint({ webhookId, secrets }: Stored, oldEndsAtMs: number, nowMs: number): MintedWebhookSecret {
    const secret = mintWebhookSecret();
    const sealed = this.cipher.encrypt(secret, contextOf(webhookId));
    const ending = secrets
      .map((old) => ({ ...old, ends_at: Math.min(old.ends_at ?? Number.POSITIVE_INFINITY, oldEndsAtMs) }))
      .filter((old) => isLive(old, nowMs));
    return { secret, secrets: [{ sealed, ends_at: null }, ...ending].slice(0, MOST_LIVE) };
  }

  /** What is stored with a secret that was given, or kept, or for a new webhook made; those before it are put out of use. */
  adopt({ webhookId, secrets }: Stored, given: string | undefined): Stored {
    const [newest] = secrets;
    if (given === undefined && newest) return { webhookId, secrets };
    const secret = given ?? mintWebhookSecret();
    const sealed = this.cipher.replace(newest?.sealed ?? null, secret, contextOf(webhookId));
    return sealed === newest?.sealed ? { webhookId, secrets } : { webhookId, secrets: [{ sealed, ends_at: null }] };
  }

  /** The secret that signs on, undefined when there is none. */
  newest({ webhookId, secrets: [newest] }: Stored): string | undefined {
    return newest && this.cipher.decrypt(newest.sealed, contextOf(webhookId));
  }

  /** The secrets that sign now, newest first; throws a SecretCipherError on another master key. */
  open({ webhookId, secrets }: Stored, nowMs: number): string[] {
    const live = secrets.filter((stored) => isLive(stored, nowMs));
    return live.map(({ sealed }) => this.cipher.decrypt(sealed, contextOf(webhookId)));
  }
}

function isLive({ ends_at: endsAt }: StoredWebhookSecret, nowMs: number): boolean {
  return endsAt === null || endsAt > nowMs;
}

function mintWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

function contextOf(webhookId: string): string {
  return `webhook:${webhookId}`;
}
