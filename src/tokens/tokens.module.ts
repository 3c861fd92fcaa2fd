import { Module } from '@nestjs/common';
import { CachingTokenVerifier } from './caching-token-verifier';
import { IssuerHttp } from './issuer-http';
import { IssuerVerifiers } from './issuer-verifiers';
import { KeySources } from './key-sources';
import { TokenCounts } from './token-counts';

@Module({
  providers: [IssuerHttp, TokenCounts, KeySources, IssuerVerifiers, CachingTokenVerifier],
  exports: [CachingTokenVerifier, TokenCounts],
})
export class TokensModule {}
