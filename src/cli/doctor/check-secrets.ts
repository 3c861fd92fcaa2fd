import { type DataSource, IsNull, Not } from 'typeorm';
import type { Settings } from '../../../config/settings';
import { CredentialEntity } from '../../clients/credential.entity';
import { ProtectKeyEntity } from '../../protect-keys/protect-key.entity';
import { boundSecretKeys, loadKeyBinding } from '../../secrets/load-secret-keys';
import { SecretCipher } from '../../secrets/secret-cipher';
import { ServiceEntity } from '../../services/service.entity';
import type { Finding } from './finding';

const CHECK = 'secrets';
/** A wrong key fails on the first; the rest would only take time. */
const SAMPLE = 1_000;

/** Whether the master key is the one the database is bound to, and opens what is stored. */
export async function checkSecrets(settings: Settings, dataSource: DataSource): Promise<Finding> {
  const binding = await loadKeyBinding(dataSource);
  if (!binding) {
    return { check: CHECK, status: 'ok', detail: 'the database has no master key yet; the first start gives it one' };
  }
  try {
    const cipher = new SecretCipher(boundSecretKeys(settings, binding));
    const secrets = await loadSecrets(dataSource);
    for (const { sealed, context } of secrets) cipher.decrypt(sealed, context);
    return { check: CHECK, status: 'ok', detail: `the master key opens ${describe(secrets.length)}` };
  } catch (error) {
    return { check: CHECK, status: 'failed', detail: (error as Error).message };
  }
}

async function loadSecrets(dataSource: DataSource): Promise<{ sealed: string; context: string }[]> {
  const stored = Not(IsNull());
  const credentials = await dataSource.manager.find(CredentialEntity, { where: { secret: stored }, take: SAMPLE });
  const keys = await dataSource.manager.find(ProtectKeyEntity, { take: SAMPLE });
  const services = await dataSource.manager.find(ServiceEntity, { where: { tlsClientKey: stored }, take: SAMPLE });
  return [
    ...credentials.map((row) => ({ sealed: row.secret ?? '', context: `credential:${row.credentialId}` })),
    ...keys.map((row) => ({ sealed: row.secret, context: `protect_key:${row.protectKeyId}` })),
    ...services.map((row) => ({ sealed: row.tlsClientKey ?? '', context: `service:${row.serviceId}:tls` })),
  ];
}

function describe(count: number): string {
  if (count === 0) return 'everything: no secret is stored yet';
  return count === 1 ? 'the stored secret' : `all ${count} stored secrets it was tried on`;
}
