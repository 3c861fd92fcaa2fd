import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerKind } from './own-server';

/** PostgreSQL as a test starts one for itself. */
export const POSTGRES: ServerKind = {
  name: 'postgres',
  user: 'postgres',
  url: (port) => `postgres://postgres@127.0.0.1:${port}/postgres`,
  install: (directory) => [
    postgresProgram('initdb') ?? 'initdb',
    ...['-D', join(directory, 'data'), '-U', 'postgres', '--auth=trust', '--no-sync'],
  ],
  command: (port, directory) => [
    postgresProgram('postgres') ?? 'postgres',
    ...['-D', join(directory, 'data'), '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
    ...['-c', `unix_socket_directories=${directory}`, '-c', 'fsync=off', '-c', 'shared_buffers=16MB'],
  ],
  stopSignal: 'SIGINT',
};

/** MariaDB as a test starts one for itself; its database is the `test` that comes with it. */
export const MARIADB: ServerKind = {
  name: 'mariadb',
  user: 'mysql',
  url: (port) => `mariadb://root@127.0.0.1:${port}/test`,
  install: (directory) => [
    'mariadb-install-db',
    ...['--no-defaults', `--datadir=${join(directory, 'data')}`, '--auth-root-authentication-method=normal'],
  ],
  command: (port, directory) => [
    programPath('mariadbd') ?? 'mariadbd',
    ...['--no-defaults', `--datadir=${join(directory, 'data')}`, '--bind-address=127.0.0.1', `--port=${port}`],
    ...[`--socket=${join(directory, 'socket')}`, `--pid-file=${join(directory, 'pid')}`],
    '--innodb-buffer-pool-size=32M',
  ],
  stopSignal: 'SIGTERM',
};

/** Redis as a test starts one for itself; it keeps nothing over a restart. */
export const OWN_REDIS: ServerKind = {
  name: 'redis',
  user: undefined,
  url: (port) => `redis://127.0.0.1:${port}`,
  install: () => ['true'],
  command: (port) => [
    'redis-server',
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--save',
    '',
    '--appendonly',
    'no',
  ],
  stopSignal: 'SIGTERM',
};

/** Those of the kinds whose programs this machine has; says on stderr what is skipped without them. */
export function installedServers(kinds: readonly ServerKind[], skipped: string): ServerKind[] {
  return kinds.filter((kind) => {
    const programs = [kind.install('')[0] ?? '', kind.command(0, '')[0] ?? ''];
    const missing = programs.find((program) => programPath(program) === undefined);
    if (missing !== undefined) process.stderr.write(`Skipping ${skipped} on ${kind.name}: there is no ${missing}.\n`);
    return missing === undefined;
  });
}

function postgresProgram(name: string): string | undefined {
  const versions = '/usr/lib/postgresql';
  const packaged = existsSync(versions)
    ? readdirSync(versions).map((version) => join(versions, version, 'bin', name))
    : [];
  return packaged.find(existsSync) ?? programPath(name);
}

function programPath(name: string): string | undefined {
  if (name.startsWith('/')) return existsSync(name) ? name : undefined;
  const directories = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'];
  return directories.map((directory) => join(directory, name)).find(existsSync);
}
