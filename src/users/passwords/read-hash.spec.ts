import { readHash } from './read-hash';

const X80 = 'x'.repeat(80);

/** Made by other programs: libxcrypt, the Argon2 reference implementation, Python's hashlib; published where told. */
const VECTORS: readonly (readonly [string, string, string, string])[] = [
  ['bcrypt', '$2a$', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['bcrypt', '$2a$', 'pässwörd', '$2a$05$abcdefghijklmnopqrstuuZVEMa1pjhlynBQ1qXmSvGBJpN9h1w8G'],
  ['bcrypt', '$2b$', 'secret-pass', '$2b$05$abcdefghijklmnopqrstuuwCOGMJGvW9mUhylOie71ybcMVUf/jdO'],
  ['bcrypt', '$2b$ of 80 bytes', X80, '$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i'],
  ['bcrypt', '$2y$', 'pässwörd', '$2y$05$abcdefghijklmnopqrstuuZVEMa1pjhlynBQ1qXmSvGBJpN9h1w8G'],
  ['bcrypt', '$2x$ in ASCII', 'U*U', '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  [
    'argon2id',
    'argon2id',
    'password',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ],
  [
    'argon2id',
    'argon2i',
    'password',
    '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
  ],
  [
    'scrypt',
    'scrypt of passlib, from its manual',
    'password',
    '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  ],
  [
    'scrypt',
    'scrypt with p=2',
    'password',
    '$scrypt$ln=10,r=8,p=2$AAECAwQFBgcICQoLDA0ODw$2fs6JV7IbiGgyjyPIxLxLLy5vXNrhQ+FJbFF9Dg9WqE',
  ],
  [
    'scrypt',
    'scrypt of Werkzeug',
    'lama',
    'scrypt:16384:8:1$saltsalt$e684bad305863dbfd7b3f3d8bd3d77bafafe2a11c748685a7708b19b874fd9edc79034feffd44db0ea4ae3880ddce41bded09c54467f5f4d44dd18af73755165',
  ],
  ['pbkdf2', 'PBKDF2 of Django', 'lètmein', 'pbkdf2_sha256$20000$seasalt$oBSd886ysm3AqYun62DOdin8YcfbU1z9cksZSuLP9r0='],
  [
    'pbkdf2',
    'PBKDF2 of passlib',
    'password',
    '$pbkdf2-sha256$1000$AAECAwQFBgcICQoLDA0ODw$JeuGrMduQwGPGLmo.Qwv7UYtHHmeg9SK49fGkEamC2c',
  ],
  [
    'pbkdf2',
    'PBKDF2 of passlib with SHA-1',
    'password',
    '$pbkdf2$1000$AAECAwQFBgcICQoLDA0ODw$Awni/k4L3.fQ/kgo1BwjRBbi2b8',
  ],
  [
    'pbkdf2',
    'PBKDF2 of passlib with SHA-512',
    'password',
    '$pbkdf2-sha512$1000$AAECAwQFBgcICQoLDA0ODw$x05AgND7tB/uWGjA/2D9dayuJjghWYfl/1T46uIRM5ta0a9uOHvBLdOnC7blqQEIFBxfCONToumEQ5pDM8Qtbg',
  ],
  [
    'pbkdf2',
    'PBKDF2 of Werkzeug',
    'lama',
    'pbkdf2:sha256:1000$saltsalt$2c46d4e4acd522281b04f9977511cd34fcedbfff8768c8fb90c9b2c809e8fe52',
  ],
  [
    'pbkdf2',
    'PBKDF2 of Werkzeug with SHA-512',
    'lama',
    'pbkdf2:sha512:1000$saltsalt$440b1af000389db9206344360d7add01b5149a92566535c58bdfe2a9a7198a5d325573257432929b2c804fa510bb4b7f62de42a9f343022959b69c2473eeddea',
  ],
];

const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
const SALT_AND_DIGEST = 'AAECAwQFBgcICQoLDA0ODw$2fs6JV7IbiGgyjyPIxLxLLy5vXNrhQ+FJbFF9Dg9WqE';

describe('a stored hash', () => {
  it.each(VECTORS)('of %s is verified as another program made it: %s', async (scheme, _, password, hash) => {
    const read = readHash(hash);
    expect(read?.scheme).toBe(scheme);
    expect(await read?.known.matches(Buffer.from(password))).toBe(true);
    expect(await read?.known.matches(Buffer.from(`-${password}`))).toBe(false);
  });

  it.each([
    ['plain text', 'secret-pass'],
    ['nothing', ''],
    ['a digest without a salt', '5f4dcc3b5aa765d61d8327deb882cf99'],
    ['a prefix alone', '$2a$'],
    [
      'a crypt of another kind',
      '$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/',
    ],
    ['bcrypt cut short', BCRYPT.slice(0, -1)],
    ['bcrypt with more behind it', `${BCRYPT}\n`],
    ['bcrypt of the first bug', BCRYPT.replace('$2a$', '$2$')],
    ['bcrypt whose salt has bits too many', BCRYPT.replace('C.E5', 'C/E5')],
    ['bcrypt with an astronomical cost', BCRYPT.replace('$05$', '$31$')],
    ['bcrypt with a cost nobody could have', BCRYPT.replace('$05$', '$03$')],
    ['argon2id with 4 GiB of memory', `$argon2id$v=19$m=4194304,t=1,p=1$${SALT_AND_DIGEST}`],
    ['argon2id with a million passes', `$argon2id$v=19$m=19456,t=1000000,p=1$${SALT_AND_DIGEST}`],
    ['argon2id without memory', `$argon2id$v=19$m=0,t=1,p=1$${SALT_AND_DIGEST}`],
    ['argon2id with 99 lanes', `$argon2id$v=19$m=19456,t=1,p=99$${SALT_AND_DIGEST}`],
    ['argon2id of no known version', `$argon2id$v=20$m=19456,t=2,p=1$${SALT_AND_DIGEST}`],
    ['argon2id with a digest of one byte', '$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AA'],
    ['scrypt with 2^30 blocks', `$scrypt$ln=30,r=8,p=1$${SALT_AND_DIGEST}`],
    ['scrypt with too many passes', `$scrypt$ln=16,r=8,p=99$${SALT_AND_DIGEST}`],
    ['scrypt with a digest of one byte', '$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AA'],
    ['scrypt that is no power of two', `scrypt:16383:8:1$salt$${'00'.repeat(32)}`],
    [
      'PBKDF2 with a hundred million iterations',
      'pbkdf2_sha256$99999999$salt$oBSd886ysm3AqYun62DOdin8YcfbU1z9cksZSuLP9r0=',
    ],
    ['PBKDF2 without an iteration', 'pbkdf2_sha256$0$salt$oBSd886ysm3AqYun62DOdin8YcfbU1z9cksZSuLP9r0='],
    ['PBKDF2 with MD5', `pbkdf2:md5:1000$salt$${'00'.repeat(16)}`],
    ['PBKDF2 with a digest of one byte', 'pbkdf2:sha256:1000$salt$2c'],
    ['a megabyte', `pbkdf2:sha256:1000$${'s'.repeat(1_000_000)}$${'00'.repeat(32)}`],
  ])('that is %s is nobody’s', (_, hash) => {
    expect(readHash(hash)).toBeUndefined();
  });

  it.each([
    ['$2a$10$', '$2a$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', true],
    ['$2a$11$', '$2a$11$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', false],
    ['argon2id with less memory', `$argon2id$v=19$m=16384,t=3,p=1$${SALT_AND_DIGEST}`, true],
    ['argon2id with more memory in one pass', `$argon2id$v=19$m=47104,t=1,p=1$${SALT_AND_DIGEST}`, false],
    ['argon2i', `$argon2i$v=19$m=65536,t=3,p=1$${SALT_AND_DIGEST}`, true],
    ['scrypt with one pass', `$scrypt$ln=15,r=8,p=1$${SALT_AND_DIGEST}`, true],
    ['scrypt with 128 MiB', `$scrypt$ln=17,r=8,p=1$${SALT_AND_DIGEST}`, false],
    ['PBKDF2 with 260,000 iterations', 'pbkdf2_sha256$260000$salt$oBSd886ysm3AqYun62DOdin8YcfbU1z9cksZSuLP9r0=', true],
    ['PBKDF2 with 720,000 iterations', 'pbkdf2_sha256$720000$salt$oBSd886ysm3AqYun62DOdin8YcfbU1z9cksZSuLP9r0=', false],
    ['PBKDF2 with SHA-512', `pbkdf2:sha512:210000$salt$${'00'.repeat(64)}`, false],
    ['PBKDF2 with SHA-1', '$pbkdf2$600000$AAECAwQFBgcICQoLDA0ODw$Awni/k4L3.fQ/kgo1BwjRBbi2b8', true],
  ])('is weighed against a new one: %s', (_, hash, isWeak) => {
    expect(readHash(hash)?.known.isWeak).toBe(isWeak);
  });
});
