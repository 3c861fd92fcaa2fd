import { Global, Module } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { DatabaseLink } from '../database/database-link';
import { keysLastSeen } from '../last-known-good/keys-last-seen';
import { KeyWatch } from './key-watch';
import { bindSecretKeys, loadSecretKeys, unboundSecretKeys } from './load-secret-keys';
import { SecretCipher } from './secret-cipher';
import { SecretKeys } from './secret-keys';

/** The keys of the gateway, and the cipher that uses one of them. */
@Global()
@Module({
  providers: [
    {
      provide: SecretKeys,
      inject: [SETTINGS, DatabaseLink],
      useFactory: provideSecretKeys,
    },
    SecretCipher,
    KeyWatch,
  ],
  exports: [SecretKeys, SecretCipher],
})
export class SecretsModule {}

/** No application exists yet that would close the database when it is refused. */
async function provideSecretKeys(settings: Settings, link: DatabaseLink): Promise<SecretKeys> {
  try {
    if (!link.isAway) return await loadSecretKeys(settings, link.dataSource);
    const keys = (await keysLastSeen(settings)) ?? unboundSecretKeys(settings);
    link.beforeOpening((dataSource) => bindSecretKeys(keys, settings, dataSource));
    return keys;
  } catch (error) {
    await link.close();
    throw error;
  }
}
