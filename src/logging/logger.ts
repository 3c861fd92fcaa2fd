import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from '../../config/settings';
import { LogFile } from './log-file';

/** Injection token of the process's one logger. */
export const LOGGER = Symbol('Logger');

const BASE = { application: 'gatewarden' };
/** What stands in every line behind its level and time. */
export const LINE_START = `,"application":"${BASE.application}"`;

const STDOUT = 1;

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
  return pino(options, new LogFile(STDOUT));
}

let madeMs = Number.NaN;
let second = Number.NaN;
let upToSecond = '';
let made = '';

/** The time of a line as pino takes it, a comma and a JSON field; made once a millisecond, all before that once a second. */
export function timestamp(): string {
  const nowMs = Date.now();
  if (nowMs === madeMs) return made;
  madeMs = nowMs;
  const nowSecond = Math.floor(nowMs / 1000);
  if (nowSecond !== second) {
    second = nowSecond;
    upToSecond = `,"time":"${new Date(nowMs).toISOString().slice(0, 20)}`;
  }
  const milliseconds = nowMs - nowSecond * 1000;
  made = `${upToSecond}${milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : ''}${milliseconds}Z"`;
  return made;
}
