import type { DataSourceOptions } from 'typeorm';
import { embeddedDatabase } from '../../config/database-url';
import { CreatePolicyTables1767225600000 } from '../../migrations/1767225600000-create-policy-tables';
import { CreateProtectKeysAndRateLimits1767312000000 } from '../../migrations/1767312000000-create-protect-keys-and-rate-limits';
import { CreateIssuers1767398400000 } from '../../migrations/1767398400000-create-issuers';
import { CreateSigningKeys1767484800000 } from '../../migrations/1767484800000-create-signing-keys';
import { AddCertificateMarks1767571200000 } from '../../migrations/1767571200000-add-certificate-marks';
import { CreateUsers1767657600000 } from '../../migrations/1767657600000-create-users';
import { CreateSessions1767744000000 } from '../../migrations/1767744000000-create-sessions';
import { CreateAdmins1767830400000 } from '../../migrations/1767830400000-create-admins';
import { CreateWebhooks1767916800000 } from '../../migrations/1767916800000-create-webhooks';
import { CreateInboundWebhooks1768003200000 } from '../../migrations/1768003200000-create-inbound-webhooks';
import { CreateInstances1768176000000 } from '../../migrations/1768176000000-create-instances';
import { AddDigestKeys1768348800000 } from '../../migrations/1768348800000-add-digest-keys';
import { AddSealedKeyDigests1768435200000 } from '../../migrations/1768435200000-add-sealed-key-digests';
import { useDialect } from './columns';
import { dialectOf } from './dialect';
import { ENTITIES } from './entities';
import { pgliteDriver } from './pglite-driver';
import { serverOptions } from './server-options';

/** Every step of the schema, oldest first. */
export const MIGRATIONS = [
  CreatePolicyTables1767225600000,
  CreateProtectKeysAndRateLimits1767312000000,
  CreateIssuers1767398400000,
  CreateSigningKeys1767484800000,
  AddCertificateMarks1767571200000,
  CreateUsers1767657600000,
  CreateSessions1767744000000,
  CreateAdmins1767830400000,
  CreateWebhooks1767916800000,
  CreateInboundWebhooks1768003200000,
  CreateInstances1768176000000,
  AddDigestKeys1768348800000,
  AddSealedKeyDigests1768435200000,
];

const COMMON = {
  entities: ENTITIES,
  migrations: MIGRATIONS,
  migrationsTableName: 'schema_migrations',
  synchronize: false,
  logging: false,
} as const;

/** The embedded database is never asked to make ids, so it needs no extension. */
const POSTGRES = { ...COMMON, type: 'postgres', installExtensions: false, uuidExtension: 'pgcrypto' } as const;

/** TypeORM's options for a DATABASE_URL; also sets the column types of all entities to that database's. */
export function dataSourceOptions(databaseUrl: string): DataSourceOptions {
  const options = optionsFor(databaseUrl);
  useDialect(dialectOf(options.type));
  return options;
}

function optionsFor(databaseUrl: string): DataSourceOptions {
  const embedded = embeddedDatabase(databaseUrl);
  if (!embedded) return { ...serverOptions(databaseUrl), ...COMMON };
  return { ...POSTGRES, driver: pgliteDriver(embedded) };
}
