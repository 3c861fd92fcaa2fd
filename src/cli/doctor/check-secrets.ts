import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DataSource, IsNull, Not } from 'typeorm';
import { embeddedDatabase } from '../../../config/database-url';
import type { Settings } from '../../../config/settings';
import { CredentialEntity } from '../../clients/credential.entity';
import { resolveMasterKey } from '../../secrets/master-key';
import { SecretCipher } from '../../secrets/secret-cipher';
import { SecretKeys } from '../../secrets/secret-keys';
import { ServiceEntity } from '../../services/service.entity';
import type { Finding } from './finding';

const CHECK = 'secrets';
/** A wrong key fails on the first; the rest would only take time. */
const SAMPLE = 1_000;

/** Whether the master key opens what is stored. */
export async function checkSecrets(settings: Settings, dataSource: DataSource): Promise<Finding> {
  const missing = missingKeyFile(settings);
  if (missing !== undefined) {
    const detail = `${missing} is missing: restore it, or set GATEWARDEN_MASTER_KEY; without it no issued key works`;
    return { check: CHECK, status: 'failed', detail };
  }
  try {
    const cipher = new SecretCipher(new SecretKeys(resolveMasterKey(settings)));
    const secrets = await loadSecrets(dataSource);
    for (const { sealed, context } of secrets) cipher.decrypt(sealed, context);
    return { check: CHECK, status: 'ok', detail: `the master key opens ${describe(secrets.length)}` };
  } catch (error) {
    return { check: CHECK, status: 'failed', detail: (error as Error).message };
  }
}

/** Starting would make a new key, which is right only for a new database. */
function missingKeyFile({ masterKey, databaseUrl }: Settings): string | undefined {
  const embedded = embeddedDatabase(databaseUrl);
  if (masterKey || embedded?.kind !== 'directory') return undefined;
  const file = join(dirname(embedded.path), 'master.key');
  return existsSync(file) ? undefined : file;
}

async function loadSecrets(dataSource: DataSource): Promise<{ sealed: string; context: string }[]> {
  const stored = Not(IsNull());
  const credentials = await dataSource.manager.find(CredentialEntity, { where: { secret: stored }, take: SAMPLE });
  const services = await dataSource.manager.find(ServiceEntity, { where: { tlsClientKey: stored }, take: SAMPLE });
  return [
    ...credentials.map((row) => ({ sealed: row.secret ?? '', context: `credential:${row.credentialId}` })),
    ...services.map((row) => ({ sealed: row.tlsClientKey ?? '', context: `service:${row.serviceId}:tls` })),
  ];
}

function describe(count: number): string {
  if (count === 0) return 'everything: no secret is stored yet';
  return count === 1 ? 'the stored secret' : `all ${count} stored secrets it was tried on`;
}
