import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { PasswordScheme } from '../../../config/people-settings';
import { PasswordHasher } from './password-hasher';

/** What libxcrypt makes of `U*U`, quick to verify. */
const QUICK = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
const PASSWORD = 'correct horse';

const hasherOf = (passwordHash: PasswordScheme = 'bcrypt') => new PasswordHasher({ passwordHash });

/** The median of what each work takes of the processor, whatever else the machine does; all of them in turn. */
async function medianMs(rounds: number, works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const taken = works.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, work] of works.entries()) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      taken[index]?.push((user + system) / 1000);
    }
  }
  return taken.map((times) => times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0);
}

describe('the password hasher', () => {
  it.each([
    ['bcrypt', /^\$2a\$11\$/],
    ['argon2id', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/],
    ['scrypt', /^\$scrypt\$ln=15,r=8,p=3\$/],
    ['pbkdf2', /^\$pbkdf2-sha256\$600000\$/],
  ] as const)('makes a salted %s hash that only its password fits', async (scheme, form) => {
    const hasher = hasherOf(scheme);
    const [hash, another] = await Promise.all([hasher.hash(PASSWORD), hasher.hash(PASSWORD)]);
    expect(hash).toMatch(form);
    expect(another).not.toBe(hash);
    expect(await hasher.verify(PASSWORD, hash)).toEqual({ isRight: true, needsRehash: false });
    expect(await hasher.verify(`${PASSWORD} `, hash)).toEqual({ isRight: false, needsRehash: false });
  });

  it('asks for a new hash when the scheme is another or the cost too low, and only for the right password', async () => {
    const argon2 = await hasherOf('argon2id').hash(PASSWORD);
    expect(await hasherOf('bcrypt').verify(PASSWORD, argon2)).toEqual({ isRight: true, needsRehash: true });
    expect(await hasherOf('bcrypt').verify('U*U', QUICK)).toEqual({ isRight: true, needsRehash: true });
    expect(await hasherOf('bcrypt').verify('U*V', QUICK)).toEqual({ isRight: false, needsRehash: false });
  });

  it('keeps the letter of a bcrypt hash that is replaced', async () => {
    const letters = ['$2y$', '$2b$', '$2a$', '$2x$'].map(async (letter) => {
      const hash = await hasherOf().hash(PASSWORD, QUICK.replace('$2a$', letter));
      return hash.slice(0, 7);
    });
    expect(await Promise.all(letters)).toEqual(['$2y$11$', '$2b$11$', '$2a$11$', '$2a$11$']);
  });

  it('takes a password of old by the 72 bytes bcrypt saw, and makes no new one of more', async () => {
    const hasher = hasherOf();
    const old = '$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i';
    expect(await hasher.verify('x'.repeat(80), old)).toEqual({ isRight: true, needsRehash: false });
    expect(await hasher.verify('x'.repeat(71), old)).toEqual({ isRight: false, needsRehash: false });
    const long = 'y'.repeat(100);
    const argon2 = await hasherOf('argon2id').hash(long);
    expect(await hasher.verify(long, argon2)).toEqual({ isRight: true, needsRehash: false });
    await expect(hasher.hash(long)).rejects.toThrow('not refused');
  });

  it.each([
    ['nothing', ''],
    ['a NUL that makes bcrypt start over', 'U*U\0U*U'],
    ['half a character', 'U*U\ud800'],
    ['a megabyte', 'U*U'.repeat(350_000)],
  ])('never finds %s right', async (_, password) => {
    expect(await hasherOf().verify(password, QUICK)).toEqual({ isRight: false, needsRehash: false });
  });

  it.each([
    ['plain text', PASSWORD],
    ['an empty hash', ''],
    ['no hash', undefined],
  ])('never finds a password right by %s', async (_, hash) => {
    expect(await hasherOf('argon2id').verify(PASSWORD, hash)).toEqual({ isRight: false, needsRehash: false });
  });

  it('finds nothing right by the hash it spends time on instead', async () => {
    const hasher = hasherOf();
    expect((await hasher.verify('U*U', QUICK)).isRight).toBe(true);
    for (const hash of [undefined, '', 'U*U']) expect((await hasher.verify('U*U', hash)).isRight).toBe(false);
    const dash = await hasher.hash('-');
    expect((await hasher.verify('-', dash)).isRight).toBe(true);
    for (const password of ['', '\0', '-'.repeat(2000)])
      expect((await hasher.verify(password, dash)).isRight).toBe(false);
  });

  it('takes as long for nobody as for users of the hash seen last, whatever is wrong', async () => {
    const hasher = hasherOf('argon2id');
    const costly = QUICK.replace('$05$', '$06$');
    const [known = 0, ...others] = await medianMs(31, [
      () => hasher.verify('wrong', costly),
      () => hasher.verify('wrong', undefined),
      () => hasher.verify('w'.repeat(5000), costly),
      () => hasher.verify('wrong', 'wrong'),
    ]);
    const differences = others.map((other) => other / known - 1);
    process.stderr.write(
      `known and unknown users differ by ${differences.map((part) => `${(100 * part).toFixed(1)} %`)}\n`,
    );
    // What is measured here is the path taken: another one would take a thousandth, or argon2's time.
    for (const difference of differences) expect(Math.abs(difference)).toBeLessThan(0.5);
  });

  it('takes as long for nobody as a new hash would, before it has seen any', async () => {
    for (const scheme of ['bcrypt', 'argon2id', 'scrypt', 'pbkdf2'] as const) {
      const hasher = hasherOf(scheme);
      const [unknown] = await medianMs(1, [() => hasher.verify('wrong', undefined)]);
      expect(unknown).toBeGreaterThan(10);
    }
  });

  it('verifies 200 at once in the order they came, without holding the event loop', async () => {
    const hasher = hasherOf();
    const costly = QUICK.replace('$05$', '$10$');
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    // A delay is what lies between two turns of the loop: there has to be one before, and one after.
    await setTimeout(10);
    const finished: number[] = [];
    const verifying = Array.from({ length: 200 }, async (_, index) => {
      // One in twenty takes long enough to be noticed if it were not done elsewhere.
      await hasher.verify('wrong', index % 20 === 0 ? costly : QUICK);
      finished.push(index);
    });
    await Promise.all(verifying);
    await setTimeout(10);
    delay.disable();
    // One of a few thousand samples may be the scheduler's, which other processes keep busy; 1 % are ours to answer for.
    expect(delay.percentile(99) / 1e6).toBeLessThan(20);
    expect(finished.every((index, place) => Math.abs(index - place) <= 2)).toBe(true);
    process.stderr.write(
      `200 verifications: event loop delay p99 ${delay.percentile(99) / 1e6} ms, max ${delay.max / 1e6} ms\n`,
    );
  });

  it('refuses who would wait behind a thousand others, and recovers', async () => {
    const hasher = hasherOf();
    const all = Array.from({ length: 1010 }, () => hasher.verify('wrong', QUICK.replace('$05$', '$04$')));
    const settled = await Promise.allSettled(all);
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ code: 'dependency_unavailable', headers: { 'Retry-After': '5' } });
    expect(settled.slice(0, 1001).every(({ status }) => status === 'fulfilled')).toBe(true);
    expect((await hasher.verify('U*U', QUICK)).isRight).toBe(true);
  });
});

describe('a new password', () => {
  const faultOf = (password: string, scheme: PasswordScheme = 'bcrypt') => hasherOf(scheme).findFault(password);

  it.each([
    ['7 characters', '1234567', /at least 8 characters/],
    ['4 characters of two halves each', '😀😀😀😀', /at least 8 characters/],
    ['73 bytes', 'x'.repeat(73), /at most 72 bytes/],
    ['37 characters of two bytes', 'ä'.repeat(37), /at most 72 bytes/],
    ['a NUL', '12345678\0', /control/],
    ['a line break', '1234\n5678', /control/],
    ['half a character', '12345678\udc00', /well-formed/],
    ['a megabyte', 'x'.repeat(1_000_000), /at most 72 bytes/],
  ])('of %s is refused', (_, password, sentence) => {
    expect(faultOf(password)).toMatch(sentence);
    expect(faultOf(password)).not.toContain(password);
  });

  it('of 8 characters to 72 bytes is taken, and of up to 1,024 where bcrypt is not used', () => {
    expect(faultOf('12345678')).toBeUndefined();
    expect(faultOf('😀😀😀😀😀😀😀😀')).toBeUndefined();
    expect(faultOf('x'.repeat(72))).toBeUndefined();
    expect(faultOf('x'.repeat(1024), 'argon2id')).toBeUndefined();
    expect(faultOf('x'.repeat(1025), 'argon2id')).toMatch(/at most 1024 bytes/);
  });
});
