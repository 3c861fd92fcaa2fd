import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { KeyWatch } from './key-watch';
import { loadSecretKeys } from './load-secret-keys';
import { SecretCipher } from './secret-cipher';
import { SecretKeys } from './secret-keys';

/** The keys of the gateway, and the cipher that uses one of them. */
@Global()
@Module({
  providers: [
    {
      provide: SecretKeys,
      inject: [SETTINGS, DataSource],
      useFactory: provideSecretKeys,
    },
    SecretCipher,
    KeyWatch,
  ],
  exports: [SecretKeys, SecretCipher],
})
export class SecretsModule {}

/** No application exists yet that would close the database when it is refused. */
async function provideSecretKeys(settings: Settings, dataSource: DataSource): Promise<SecretKeys> {
  try {
    return await loadSecretKeys(settings, dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
