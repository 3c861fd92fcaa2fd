import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { readBase64, writeBase64 } from './base64';
import type { HashScheme } from './known-hash';

interface Parameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB, three times over (OWASP Password Storage Cheat Sheet). */
const LOG_N = 15;
const FRESH: Parameters = { N: 2 ** LOG_N, r: 8, p: 3 };

/** 256 MiB at once, and four times the work of a new hash's largest recommended form. */
const MAX_MEMORY_BYTES = 256 * 2 ** 20;
const MAX_WORK = 2 ** 22;
const MIN_DIGEST_BYTES = 16;
const MAX_DIGEST_BYTES = 128;

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
const WERKZEUG = /^scrypt:(\d{1,8}):(\d{1,2}):(\d{1,2})\$([^$]+)\$((?:[0-9a-f]{2})+)$/;

const derive = promisify<Buffer, Buffer, number, Parameters & { maxmem: number }, Buffer>(scrypt);

/** scrypt (RFC 7914) as passlib writes it in the PHC string format, and as Werkzeug does. */
export const SCRYPT: HashScheme = {
  read(hash) {
    const { parameters, salt, digest } = readPhc(hash) ?? readWerkzeug(hash) ?? {};
    if (!parameters || !salt || !digest || !isBearable(parameters)) return undefined;
    if (digest.length < MIN_DIGEST_BYTES || digest.length > MAX_DIGEST_BYTES) return undefined;
    return {
      isWeak: workOf(parameters) < workOf(FRESH) || parameters.N * parameters.r < FRESH.N * FRESH.r,
      matches: async (password) => timingSafeEqual(await run(password, salt, digest.length, parameters), digest),
    };
  },

  async hash(password) {
    const salt = randomBytes(16);
    return write(salt, await run(password, salt, 32, FRESH));
  },

  decoy: () => write(randomBytes(16), randomBytes(32)),
};

function readPhc(hash: string) {
  const [, logN, r, p, salt, digest] = PHC.exec(hash) ?? [];
  if (salt === undefined || digest === undefined) return undefined;
  const parameters = { N: 2 ** Number(logN), r: Number(r), p: Number(p) };
  return { parameters, salt: readBase64(salt), digest: readBase64(digest) };
}

function readWerkzeug(hash: string) {
  const [, N, r, p, salt, digest] = WERKZEUG.exec(hash) ?? [];
  if (salt === undefined || digest === undefined) return undefined;
  const parameters = { N: Number(N), r: Number(r), p: Number(p) };
  return { parameters, salt: Buffer.from(salt), digest: Buffer.from(digest, 'hex') };
}

function write(salt: Buffer, digest: Buffer): string {
  return `$scrypt$ln=${LOG_N},r=${FRESH.r},p=${FRESH.p}$${writeBase64(salt)}$${writeBase64(digest)}`;
}

function isBearable({ N, r, p }: Parameters): boolean {
  const isWhole = N >= 2 && r >= 1 && p >= 1 && Number.isInteger(Math.log2(N));
  return isWhole && 128 * N * r <= MAX_MEMORY_BYTES && workOf({ N, r, p }) <= MAX_WORK;
}

function workOf({ N, r, p }: Parameters): number {
  return N * r * p;
}

/** Node refuses what needs more than `maxmem`: the bounds above are what decides. */
function run(password: Buffer, salt: Buffer, length: number, parameters: Parameters): Promise<Buffer> {
  return derive(password, salt, length, { ...parameters, maxmem: 2 * MAX_MEMORY_BYTES });
}
