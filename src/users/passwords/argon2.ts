import { randomBytes } from 'node:crypto';
import * as argon2 from '@node-rs/argon2';
import { readBase64, writeBase64 } from './base64';
import type { HashScheme } from './known-hash';

/** KiB, passes, lanes (OWASP Password Storage Cheat Sheet). */
const MEMORY = 19_456;
const PASSES = 2;
const LANES = 1;

/** libsodium's MODERATE is 256 MiB and three passes. */
const MAX_MEMORY = 262_144;
const MAX_WORK = 4 * MAX_MEMORY;
const MAX_LANES = 16;
const MIN_BYTES = { salt: 8, digest: 16 };

const FORM =
  /^\$argon2(id|i|d)\$(?:v=(?:16|19)\$)?m=(\d{1,7}),t=(\d{1,7}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** argon2id, argon2i and argon2d in the PHC string format; new hashes are argon2id. */
export const ARGON2: HashScheme = {
  read(hash) {
    const [, variant, memory, passes, lanes, salt = '', digest = ''] = FORM.exec(hash) ?? [];
    const [m, t, p] = [Number(memory), Number(passes), Number(lanes)];
    if (variant === undefined || !isBearable(m, t, p) || !areLongEnough(salt, digest)) return undefined;
    const isWeak = variant !== 'id' || m < MEMORY || m * t < MEMORY * PASSES;
    return { isWeak, matches: (password) => argon2.verify(hash, password) };
  },

  hash: (password) => argon2.hash(password, { memoryCost: MEMORY, timeCost: PASSES, parallelism: LANES }),

  decoy() {
    const [salt, digest] = [writeBase64(randomBytes(16)), writeBase64(randomBytes(32))];
    return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${LANES}$${salt}$${digest}`;
  },
};

function isBearable(memory: number, passes: number, lanes: number): boolean {
  const isWhole = memory >= 8 * lanes && passes >= 1 && lanes >= 1;
  return isWhole && memory <= MAX_MEMORY && memory * passes <= MAX_WORK && lanes <= MAX_LANES;
}

function areLongEnough(salt: string, digest: string): boolean {
  const isLong = (text: string, minimum: number): boolean => (readBase64(text)?.length ?? 0) >= minimum;
  return isLong(salt, MIN_BYTES.salt) && isLong(digest, MIN_BYTES.digest);
}
