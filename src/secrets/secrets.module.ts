import { Global, Module } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { DatabaseLink } from '../database/database-link';
import { findKeptBinding } from '../last-known-good/kept-binding';
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
    const keys = keysWithoutDatabase(settings);
    link.beforeOpening((dataSource) => bindSecretKeys(keys, settings, dataSource));
    return keys;
  } catch (error) {
    await link.close();
    throw error;
  }
}

/** A kept policy that does not fit the keys is refused where it is loaded, with its cure. */
function keysWithoutDatabase(settings: Settings): SecretKeys {
  const kept = findKeptBinding(settings);
  try {
    return unboundSecretKeys(settings, kept);
  } catch (error) {
    if (!kept) throw error;
    return unboundSecretKeys(settings);
  }
}
