import { isIP } from 'node:net';
import type { RedisOptions } from 'ioredis';
import { backOff } from '../outages/back-off';

/** How long a command may take; who waits for it is a request. */
const COMMAND_TIMEOUT_MS = 500;
/** A connection that says nothing for so long while it is asked is given up, and what follows fails at once. */
const SILENCE_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** How long a server may take to hang up when we leave. */
const DISCONNECT_TIMEOUT_MS = 100;

/** Where REDIS_URL leads, as ioredis takes it. */
export function redisAddress(redisUrl: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(redisUrl);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const tls = isIP(host) === 0 ? { servername: host } : {};
  return {
    host,
    port: port === '' ? 6379 : Number(port),
    username: username === '' ? undefined : decodeURIComponent(username),
    password: password === '' ? undefined : decodeURIComponent(password),
    db: Number(pathname.slice(1)),
    tls: protocol === 'rediss:' ? tls : undefined,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
  };
}

/**
 * A connection that requests depend on: a command is answered in time or fails. Nothing is queued while the server is
 * away, and nothing is sent twice: a nonce whose answer was lost has perhaps been taken.
 */
export function redisOptions(redisUrl: string): RedisOptions {
  return {
    ...redisAddress(redisUrl),
    connectionName: 'gatewarden',
    socketTimeout: SILENCE_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: backOff,
    // A replica that was the primary takes no writes: reconnecting finds the new one behind the same name.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  };
}
