import { Injectable } from '@nestjs/common';
import { CredentialMint } from '../clients/credential-mint';
import { ProtectKeysService } from '../protect-keys/protect-keys.service';
import { WebhooksService } from '../webhooks/webhooks.service';

/** Who puts what is a secret itself, or has one. */
@Injectable()
export class KeyPutters {
  constructor(
    readonly mint: CredentialMint,
    readonly protectKeys: ProtectKeysService,
    readonly webhooks: WebhooksService,
  ) {}
}
