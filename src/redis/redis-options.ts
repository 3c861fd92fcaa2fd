import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { RedisOptions } from 'ioredis';
import type { RedisPlace, RedisTlsFiles } from '../../config/redis-url';
import { SettingsError } from '../../config/settings-error';

/** How long a command may take; who waits for it is a request. */
const COMMAND_TIMEOUT_MS = 500;
/** A connection that says nothing for so long while it is asked is given up, and what follows fails at once. */
const SILENCE_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** How long a server may take to hang up when we leave. */
const DISCONNECT_TIMEOUT_MS = 100;

/**
 * A connection that requests depend on, wherever it leads: a command is answered in time or fails. Nothing is queued while
 * the server is away, and nothing is sent twice: a nonce whose answer was lost has perhaps been taken.
 * @throws SettingsError when a file of the URL cannot be read
 */
export function connectionOptions({ username, password, database, tls }: RedisPlace): RedisOptions {
  return {
    username,
    password,
    db: database,
    tls: tls && readTls(tls),
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    connectionName: 'gatewarden',
    socketTimeout: SILENCE_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // A replica that was the primary takes no writes: reconnecting finds the new one behind the same name.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  };
}

/** Where a connection to one server, or to the one that sentinels name, goes; `retry` tells when to try again. */
export function serverOptions(place: RedisPlace, retry: (attempt: number) => number | null): RedisOptions {
  const options = { ...connectionOptions(place), retryStrategy: retry };
  if (place.kind !== 'sentinel') return { ...options, ...addressOf(place.nodes[0], options.tls) };
  return {
    ...options,
    sentinels: [...place.nodes],
    name: place.masterName,
    sentinelRetryStrategy: retry,
    sentinelCommandTimeout: COMMAND_TIMEOUT_MS,
    sentinelTLS: options.tls,
    enableTLSForSentinelMode: options.tls !== undefined,
    failoverDetector: true,
  };
}

/** The address of one node, with the name its certificate must hold. */
export function addressOf(
  node: RedisPlace['nodes'][number] | undefined,
  tls: ConnectionOptions | undefined,
): RedisOptions {
  const { host = '', port } = node ?? {};
  return { host, port, tls: tls && (isIP(host) === 0 ? { ...tls, servername: host } : tls) };
}

function readTls(files: RedisTlsFiles): ConnectionOptions {
  const entries = Object.entries(files).map(([name, path]) => [name, readPem(name, path)]);
  return Object.fromEntries(entries);
}

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsError([{ name: 'REDIS_URL', message: `names a file (${name}) that cannot be read (${code})` }]);
  }
}
