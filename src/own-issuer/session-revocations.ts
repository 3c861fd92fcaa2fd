import { Injectable } from '@nestjs/common';
import { toRevocationId } from '../core/credentials/jwt/revocation-id';
import type { PolicyTransaction } from '../database/policy-writer';
import { RevokedTokenEntity } from '../revoked-tokens/revoked-token.entity';
import { OWN_ISSUER_ID } from './own-issuer';

/** Makes access tokens of sessions that have ended count no more, as part of the policy: at once, at every entrance. */
@Injectable()
export class SessionRevocations {
  /** Refuses every token of the session from the commit on; `until` is when the last of them ends by itself. */
  async revoke({ manager, revision }: PolicyTransaction, sid: string, until: Date): Promise<void> {
    const revokedTokenId = toRevocationId(OWN_ISSUER_ID, sid);
    const row = {
      revokedTokenId,
      issuerId: OWN_ISSUER_ID,
      jti: sid,
      expiresAt: until,
      createdAt: new Date(),
      revision,
    };
    await manager.save(RevokedTokenEntity, row);
  }
}
