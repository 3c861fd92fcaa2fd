import { type DestinationStream, destination, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from '../../config/settings';

/** Injection token of the process's one logger. */
export const LOGGER = Symbol('Logger');

const BASE = { application: 'gatewarden' };
/** What stands in every line behind its level and time. */
export const LINE_START = `,"application":"${BASE.application}"`;

/** Under SonicBoom's own limit for one write. */
const BUFFER_BYTES = 16_000;
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
    base: BASE,
    timestamp,
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

let second = Number.NaN;
let upToSecond = '';

/** The time of a line as pino takes it, a comma and a JSON field; all but the milliseconds is made once a second. */
export function timestamp(): string {
  const nowMs = Date.now();
  const nowSecond = Math.floor(nowMs / 1000);
  if (nowSecond !== second) {
    second = nowSecond;
    upToSecond = `,"time":"${new Date(nowMs).toISOString().slice(0, 20)}`;
  }
  const milliseconds = nowMs - nowSecond * 1000;
  return `${upToSecond}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z"`;
}
