import type { PasswordScheme } from '../../../config/people-settings';
import { ARGON2 } from './argon2';
import { BCRYPT } from './bcrypt';
import type { HashScheme, KnownHash } from './known-hash';
import { PBKDF2 } from './pbkdf2';
import { SCRYPT } from './scrypt';

/** Every way a password may be hashed. */
export const SCHEMES: Readonly<Record<PasswordScheme, HashScheme>> = {
  bcrypt: BCRYPT,
  argon2id: ARGON2,
  scrypt: SCRYPT,
  pbkdf2: PBKDF2,
};

const NAMES = ['bcrypt', 'argon2id', 'scrypt', 'pbkdf2'] as const satisfies readonly PasswordScheme[];
const LONGEST_HASH = 512;

/** A stored hash and its scheme; undefined for what is no hash of a known scheme, a password in plain text above all. */
export function readHash(hash: string): { scheme: PasswordScheme; known: KnownHash } | undefined {
  if (hash.length > LONGEST_HASH) return undefined;
  for (const scheme of NAMES) {
    const known = SCHEMES[scheme].read(hash);
    if (known) return { scheme, known };
  }
  return undefined;
}
