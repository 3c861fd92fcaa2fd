import { type DestinationStream, destination, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from '../../config/settings';

/** Injection token of the process's one logger. */
export const LOGGER = Symbol('Logger');

const BUFFER_BYTES = 4096;
const FLUSH_INTERVAL_MS = 200;

/** Where a secret would stand if somebody logged a request, a body or a setting whole; a second net, not the first. */
const SECRET_PATHS = [
  'authorization',
  'x-api-key',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
  'api_key',
].flatMap((name) => [`["${name}"]`, `*["${name}"]`, `headers["${name}"]`, `*.headers["${name}"]`]);

/** The logger of a process: JSON lines, buffered and written off the hot path, or lines for people. */
export function newLogger(settings: Pick<Settings, 'logLevel' | 'logFormat'>, stream?: DestinationStream): Logger {
  const options = {
    level: settings.logLevel,
    base: { application: 'gatewarden' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
  };
  if (stream) return pino(options, stream);
  if (settings.logFormat === 'pretty') return pino(options, pretty({ sync: true, ignore: 'application' }));
  return pino(
    options,
    destination({ dest: 1, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_INTERVAL_MS }),
  );
}
