import { existsSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { embeddedDatabase, maskDatabaseUrl } from '../../../config/database-url';
import type { Settings } from '../../../config/settings';
import { tlsFilesOf } from '../../../config/tls-files';
import { DirectoryInUseError } from '../../database/directory-in-use-error';
import { type MigrationState, migrationStatus } from '../../database/migrate';
import { connectDatabase } from '../../database/open-database';
import { toSentence } from '../../errors/to-sentence';
import { checkClock } from './check-clock';
import { isServedByGatewarden } from './check-listener';
import { checkSecrets } from './check-secrets';
import { type Finding, skipped } from './finding';

/** Everything that needs the database: that it can be reached, its schema, the secrets in it and its clock. */
export async function checkDatabase(settings: Settings): Promise<Finding[]> {
  const embedded = embeddedDatabase(settings.databaseUrl);
  if (embedded?.kind === 'directory' && !existsSync(embedded.path)) {
    const detail = `${embedded.path} does not exist yet; the first start makes it`;
    return [{ check: 'database', status: 'ok', detail }, ...(await withoutDatabase('there is no database yet'))];
  }
  let dataSource: DataSource;
  try {
    dataSource = await connectDatabase(settings.databaseUrl);
  } catch (error) {
    return [await unopened(settings, error), ...(await withoutDatabase('the database could not be opened'))];
  }
  try {
    return await inspect(settings, dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function inspect(settings: Settings, dataSource: DataSource): Promise<Finding[]> {
  const detail = `${maskDatabaseUrl(settings.databaseUrl)} answers`;
  const schema = await checkSchema(dataSource);
  const secrets =
    schema.status === 'ok'
      ? await checkSecrets(settings, dataSource)
      : skipped('secrets', 'the schema is not complete');
  return [{ check: 'database', status: 'ok', detail }, schema, secrets, await checkClock(dataSource)];
}

/** Pending steps are no fault: the next start takes them. Those this program does not know are: no start gets past them. */
async function checkSchema(dataSource: DataSource): Promise<Finding> {
  const check = 'schema';
  const states = await migrationStatus(dataSource);
  const namesOf = (wanted: MigrationState['state']) =>
    states.flatMap(({ name, state }) => (state === wanted ? [name] : [])).join(', ');
  const [pending, unknown] = [namesOf('pending'), namesOf('unknown')];
  if (unknown) return { check, status: 'failed', detail: `newer than this program, which does not know ${unknown}` };
  if (!pending) return { check, status: 'ok', detail: 'up to date' };
  return { check, status: 'warning', detail: `pending: ${pending}; apply with gatewarden migrate up, or start` };
}

/** An embedded database has one owner; that a running gateway is it is how things should be. */
async function unopened(settings: Settings, error: unknown): Promise<Finding> {
  const detail = toSentence(error);
  const isServed = () => isServedByGatewarden(settings.adminListen, tlsFilesOf(settings, 'admin'));
  const isOurs = error instanceof DirectoryInUseError && (await isServed());
  return { check: 'database', status: isOurs ? 'warning' : 'failed', detail };
}

async function withoutDatabase(reason: string): Promise<Finding[]> {
  return [skipped('schema', reason), skipped('secrets', reason), await checkClock(undefined)];
}
