import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { SettingValueError } from './setting-value-error';

const MASTER_KEY_BYTES = 32;
const LONGEST_TIMER_MS = 2_147_483_647;
const MOST_WORKERS = 256;

/** The 32 bytes of a base64 (or base64url) master key. */
export function parseMasterKey(text: string): Buffer {
  const key = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0);
  if (key.length !== MASTER_KEY_BYTES) {
    throw new SettingValueError('must be base64 of exactly 32 bytes; make one with: openssl rand -base64 32');
  }
  return key;
}

/** Master keys, separated by commas. */
export function parseMasterKeys(text: string): Buffer[] {
  return text.split(',').map((key) => parseMasterKey(key.trim()));
}

/** A parser of bearer tokens: visible ASCII without spaces, at least `minimum` characters. */
export function tokenOf(minimum: number): (text: string) => string {
  return (text) => {
    if (!/^[\x21-\x7e]+$/.test(text))
      throw new SettingValueError('may hold only visible ASCII characters without spaces');
    if (text.length < minimum) throw new SettingValueError(`must have at least ${minimum} characters`);
    return text;
  };
}

/** The path of a file; whether it can be read shows when it is needed. */
export function parseFilePath(text: string): string {
  if (text.includes('\0')) throw new SettingValueError('must be the path of a file');
  if (text.startsWith('-----BEGIN')) throw new SettingValueError('takes the path of a PEM file, not its content');
  return text;
}

/** A parser that takes one of the given words. */
export function oneOf<const T extends string>(words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new SettingValueError(`must be one of ${words.join(', ')}, not “${text}”`);
    return word;
  };
}

/** Reads `true` or `false`. */
export function parseSwitch(text: string): boolean {
  return oneOf(['true', 'false'])(text) === 'true';
}

/** A parser of something that can be switched `off`, or `on` as it is by default. */
export function offOr<T>(on: T, parse: (text: string) => T): (text: string) => T | undefined {
  return (text) => (text === 'off' ? undefined : text === 'on' ? on : parse(text));
}

/** A parser of durations in whole milliseconds, from `minimum` to the longest timer Node knows. */
export function millisecondsFrom(minimum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= LONGEST_TIMER_MS)) {
      throw new SettingValueError(`must be whole milliseconds from ${minimum} to ${LONGEST_TIMER_MS}, not “${text}”`);
    }
    return value;
  };
}

/** A parser of whole numbers within bounds. */
export function wholeNumberFrom(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new SettingValueError(`must be a whole number from ${minimum} to ${maximum}, not “${text}”`);
  };
}

/** A number of processes, or `auto`: as many as there are cores. */
export function parseWorkers(text: string): number {
  return text === 'auto' ? availableParallelism() : wholeNumberFrom(1, MOST_WORKERS)(text);
}

/** One line of text, whatever is in it. */
export function parseSecret(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new SettingValueError('must be one line of text');
  return text;
}

/** Texts separated by commas. */
export function parseTexts(text: string): string[] {
  return parseSecret(text)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The name of a column: any that a database takes, quoted wherever it is used. */
export function parseColumnName(text: string): string {
  if (parseSecret(text).length > 128) throw new SettingValueError('may have at most 128 characters');
  return text;
}

/** The name of a table, or of a schema and a table in it. */
export function parseTableName(text: string): string {
  const parts = parseColumnName(text).split('.');
  if (parts.length > 2 || parts.includes('')) throw new SettingValueError('must be table or schema.table');
  return text;
}

/** An http:// or https:// address without credentials, query or fragment. */
export function parseHttpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:\/\//i.test(text)) throw new SettingValueError('must be an http:// or https:// address');
  if (`${url.username}${url.password}${url.search}${url.hash}` !== '') {
    throw new SettingValueError('must have no credentials, query or fragment');
  }
  return text;
}

/** The same, as what paths are put behind: a slash at its end is dropped. */
export function parseBaseUrl(text: string): string {
  return parseHttpUrl(text).replace(/\/+$/, '');
}

/** Origins (RFC 6454) separated by commas: scheme, host and port. */
export function parseOrigins(text: string): string[] {
  return parseTexts(text).map((item) => {
    const url = URL.canParse(item) ? new URL(item) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || !/^[^/]+\/\/[^/]+\/?$/.test(item)) {
      throw new SettingValueError(`must list origins such as https://console.example.com, and “${item}” is none`);
    }
    return url.origin;
  });
}

/** Addresses and CIDR blocks separated by commas; a block that holds every address is refused. */
export function parseAddressBlocks(text: string): string[] {
  const blocks = text.split(',').map((block) => block.trim());
  for (const block of blocks) assertAddressBlock(block);
  return blocks;
}

function assertAddressBlock(block: string): void {
  const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(block) ?? [];
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  if (family === 0 || address.includes('%') || Number(prefix ?? longest) > longest) {
    throw new SettingValueError(`must list addresses or CIDR blocks, and “${block}” is neither`);
  }
  if (prefix !== undefined && Number(prefix) === 0) {
    throw new SettingValueError(`may not trust every address in the world (“${block}”); list your own proxies`);
  }
}
