import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { readBase64, writeBase64 } from './base64';
import type { HashScheme } from './known-hash';

interface Parts {
  readonly digestName: string;
  readonly iterations: number;
  readonly salt: Buffer | undefined;
  readonly digest: Buffer | undefined;
}

const ITERATIONS = 600_000;
/** Some two seconds. */
const MAX_ITERATIONS = 4_000_000;
const MIN_DIGEST_BYTES = 16;
const MAX_DIGEST_BYTES = 128;

/** The iterations that are as strong as those of a new hash (OWASP Password Storage Cheat Sheet). */
const ENOUGH = new Map([
  ['sha1', 1_300_000],
  ['sha256', ITERATIONS],
  ['sha512', 210_000],
]);

const DJANGO = /^pbkdf2_(sha1|sha256)\$(\d{1,8})\$([^$]+)\$([A-Za-z0-9+/]+=*)$/;
const PASSLIB = /^\$pbkdf2(?:-(sha256|sha512))?\$(\d{1,8})\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)$/;
const WERKZEUG = /^pbkdf2:(sha1|sha256|sha512):(\d{1,8})\$([^$]+)\$((?:[0-9a-f]{2})+)$/;

const derive = promisify(pbkdf2);

/** PBKDF2 (RFC 8018) as Django, passlib and Werkzeug write it; new hashes are passlib's. */
export const PBKDF2: HashScheme = {
  read(hash) {
    const { digestName, iterations, salt, digest } =
      readDjango(hash) ?? readPasslib(hash) ?? readWerkzeug(hash) ?? NONE;
    if (!salt || !digest || iterations < 1 || iterations > MAX_ITERATIONS) return undefined;
    if (digest.length < MIN_DIGEST_BYTES || digest.length > MAX_DIGEST_BYTES) return undefined;
    return {
      isWeak: iterations < (ENOUGH.get(digestName) ?? Number.POSITIVE_INFINITY),
      async matches(password) {
        return timingSafeEqual(await derive(password, salt, iterations, digest.length, digestName), digest);
      },
    };
  },

  async hash(password) {
    const salt = randomBytes(16);
    return write(salt, await derive(password, salt, ITERATIONS, 32, 'sha256'));
  },

  decoy: () => write(randomBytes(16), randomBytes(32)),
};

const NONE: Parts = { digestName: '', iterations: 0, salt: undefined, digest: undefined };

function readDjango(hash: string): Parts | undefined {
  const [, digestName, iterations, salt, digest] = DJANGO.exec(hash) ?? [];
  if (digestName === undefined || salt === undefined || digest === undefined) return undefined;
  return { digestName, iterations: Number(iterations), salt: Buffer.from(salt), digest: readBase64(digest) };
}

/** passlib writes a dot where base64 has a plus. */
function readPasslib(hash: string): Parts | undefined {
  const [, digestName = 'sha1', iterations, salt, digest] = PASSLIB.exec(hash) ?? [];
  if (salt === undefined || digest === undefined) return undefined;
  const bytes = (text: string): Buffer | undefined => readBase64(text.replaceAll('.', '+'));
  return { digestName, iterations: Number(iterations), salt: bytes(salt), digest: bytes(digest) };
}

function readWerkzeug(hash: string): Parts | undefined {
  const [, digestName, iterations, salt, digest] = WERKZEUG.exec(hash) ?? [];
  if (digestName === undefined || salt === undefined || digest === undefined) return undefined;
  return { digestName, iterations: Number(iterations), salt: Buffer.from(salt), digest: Buffer.from(digest, 'hex') };
}

function write(salt: Buffer, digest: Buffer): string {
  const text = (bytes: Buffer): string => writeBase64(bytes).replaceAll('+', '.');
  return `$pbkdf2-sha256$${ITERATIONS}$${text(salt)}$${text(digest)}`;
}
