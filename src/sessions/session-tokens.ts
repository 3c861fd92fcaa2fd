import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { newUuid } from '../core/new-uuid';
import { OwnTokenSigner } from '../own-issuer/own-token-signer';
import { SecretKeys } from '../secrets/secret-keys';
import type { User } from '../users/user-directory';
import { digestPersonToken, isWellFormedPersonToken, mintPersonToken } from './person-token';
import type { RefreshTokenEntity } from './refresh-token.entity';
import type { TokenReply } from './token-reply';

const PREFIX = 'gwr_';

/** A pair of tokens, and what is stored of it. */
export interface MintedPair {
  readonly reply: TokenReply;
  readonly accessExpiresAt: Date;
  readonly row: RefreshTokenEntity;
}

/** Makes the tokens of sessions. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly signer: OwnTokenSigner,
    private readonly keys: SecretKeys,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** A new pair for a session of a user. */
  mint(user: User, sessionId: string, nowMs: number): MintedPair {
    const { userId: sub, roles, tenant } = user;
    const access = this.signer.sign({ sub, sid: sessionId, jti: newUuid(), roles, tenant }, nowMs);
    const refreshToken = mintPersonToken(PREFIX);
    return {
      reply: {
        access_token: access.token,
        token_type: 'Bearer',
        expires_in: Math.ceil((access.expiresAtMs - nowMs) / 1000),
        refresh_token: refreshToken,
      },
      accessExpiresAt: new Date(access.expiresAtMs),
      row: {
        refreshTokenId: newUuid(),
        sessionId,
        digest: digestPersonToken(refreshToken, this.keys.personTokenPepper),
        createdAt: new Date(nowMs),
        expiresAt: this.endOf(nowMs),
        replacedAt: null,
        successor: null,
      },
    };
  }

  /** What a refresh token is found by; undefined for a text that is none. */
  digest(refreshToken: string): string | undefined {
    if (!isWellFormedPersonToken(refreshToken, PREFIX)) return undefined;
    return digestPersonToken(refreshToken, this.keys.personTokenPepper);
  }

  /** When a session that is used now ends if it is not used again. */
  endOf(nowMs: number): Date {
    return new Date(nowMs + this.settings.refreshTtlSeconds * 1000);
  }
}
