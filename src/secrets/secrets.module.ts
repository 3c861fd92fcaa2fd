import { Global, Module } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { resolveMasterKey } from './master-key';
import { SecretCipher } from './secret-cipher';
import { SecretKeys } from './secret-keys';

/** The keys of the gateway, and the cipher that uses one of them. */
@Global()
@Module({
  providers: [
    {
      provide: SecretKeys,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => new SecretKeys(resolveMasterKey(settings)),
    },
    SecretCipher,
  ],
  exports: [SecretKeys, SecretCipher],
})
export class SecretsModule {}
