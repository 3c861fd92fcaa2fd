import { randomInt } from 'node:crypto';
import * as bcrypt from '@node-rs/bcrypt';
import type { HashScheme } from './known-hash';

/** bcrypt looks at no more of a password. */
export const BCRYPT_MAX_BYTES = 72;

/** As many rounds (2^n) as the predecessor made its hashes with. */
const COST = 11;
/** 2^15 rounds take some four seconds; what asks for more is an attack or a mistake. */
const MAX_COST = 15;

/** 16 and 23 bytes: the last characters hold four and two bits less, and those that are not zero belong to no hash. */
const FORM = /^\$2([abxy])\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/;
const LETTERS = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** bcrypt; `$2x$` is read as the others are, which is right for passwords in ASCII. */
export const BCRYPT: HashScheme = {
  read(hash) {
    const [, , digits] = FORM.exec(hash) ?? [];
    const cost = Number(digits);
    if (!(cost >= 4 && cost <= MAX_COST)) return undefined;
    return { isWeak: cost < COST, matches: (password) => bcrypt.verify(password, hash) };
  },

  async hash(password, replaced = '') {
    const [, letter] = FORM.exec(replaced) ?? [];
    // The letter is a name for the same computation.
    const hash = await bcrypt.hash(password, COST);
    return `$2${letterOf(letter)}${hash.slice('$2b'.length)}`;
  },

  decoy: () => `$2a$${COST}$${letters(21)}.${letters(30)}.`,
};

/**
 * `a` is the one letter that every library reads: jBCrypt and old Spring know no other, Go and Ruby write it
 * themselves, PHP, Python and Node take it. A hash that is replaced keeps its own: its readers may look for it.
 */
function letterOf(replaced: string | undefined): string {
  return replaced === 'b' || replaced === 'y' ? replaced : 'a';
}

function letters(count: number): string {
  return Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
