import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { type CanonicalPath, toCanonicalPath } from './canonical-path';

const PLAIN = { hasEncodedSlash: false, hasSemicolon: false };

/** Texts in which the dangerous pieces meet far more often than in random ones. */
const hostilePath = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '.',
        '..',
        ';',
        ';x',
        '%',
        '%%',
        '2',
        'F',
        'f',
        '5',
        'C',
        'e',
        'E',
        '3',
        '0',
        '4',
        '\\',
      ),
      fc.constantFrom('%2e', '%2E', '%2f', '%2F', '%5c', '%25', '%252e', '%3B', '%3b', '%00', '%61', '%7E', '%c3%a9'),
      fc.constantFrom(
        '%C0%AE',
        '%E0%80%AF',
        '%ff',
        '#',
        '?',
        ' ',
        '\u0000',
        '\u00e9',
        '\ud800',
        'a',
        'x',
        '~',
        '@',
        ':',
      ),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => `/${pieces.join('')}`);

/** What servers make of an accepted path that decode escaped slashes, or cut `;…` off, before or after decoding. */
function readingsOf({ path, segments }: CanonicalPath): string[] {
  const cutFirst = path.replace(/(?:;|%3B)[^/]*/g, '');
  const decoded = `/${segments.join('/')}`;
  return [path, decoded, decoded.replace(/;[^/]*/g, ''), decodeURIComponent(cutFirst)];
}

describe('toCanonicalPath', () => {
  it.each([
    ['/', '/', ['']],
    ['/a/b', '/a/b', ['a', 'b']],
    ['/a/', '/a/', ['a', '']],
    ['/%61/%7eb', '/a/~b', ['a', '~b']],
    ['/a%2db%5F%2Ec', '/a-b_.c', ['a-b_.c']],
    ['/caf%c3%a9', '/caf%C3%A9', ['café']],
    ['/a%40b', '/a%40b', ['a@b']],
    ['/a@b:c,d=e+f', '/a@b:c,d=e+f', ['a@b:c,d=e+f']],
    ['/100%25', '/100%25', ['100%']],
    ['/100%25x0', '/100%25x0', ['100%x0']],
    ['/a%20b', '/a%20b', ['a b']],
    ['/a%23b%3fc', '/a%23b%3Fc', ['a#b?c']],
    ['/...', '/...', ['...']],
    ['/.well-known/x', '/.well-known/x', ['.well-known', 'x']],
    ['/..a', '/..a', ['..a']],
    ['/a..', '/a..', ['a..']],
  ])('makes %s into %s', (raw, path, segments) => {
    expect(toCanonicalPath(raw)).toEqual({ path, segments, ...PLAIN });
  });

  it.each([
    ['/a%2Fb', '/a%2Fb', ['a/b']],
    ['/a%2fb', '/a%2Fb', ['a/b']],
    ['/a%2F', '/a%2F', ['a/']],
  ])('flags the encoded slash of %s', (raw, path, segments) => {
    expect(toCanonicalPath(raw)).toEqual({ path, segments, hasEncodedSlash: true, hasSemicolon: false });
  });

  it.each([
    ['/a;v=1/b', '/a;v=1/b', ['a;v=1', 'b']],
    ['/a%3Bv', '/a%3Bv', ['a;v']],
    ['/a%3bv', '/a%3Bv', ['a;v']],
    ['/%61;v', '/a;v', ['a;v']],
    ['/a/;v', '/a/;v', ['a', ';v']],
  ])('flags the semicolon of %s', (raw, path, segments) => {
    expect(toCanonicalPath(raw)).toEqual({ path, segments, hasEncodedSlash: false, hasSemicolon: true });
  });

  it.each([
    ['', 'not_a_path'],
    ['a', 'not_a_path'],
    ['*', 'not_a_path'],
    ['%2Fa', 'not_a_path'],
    ['\\a', 'not_a_path'],

    ['/.', 'dot_segment'],
    ['/..', 'dot_segment'],
    ['/a/../b', 'dot_segment'],
    ['/a/./b', 'dot_segment'],
    ['/a/..', 'dot_segment'],
    ['/%2e', 'dot_segment'],
    ['/%2e%2e/a', 'dot_segment'],
    ['/%2E./a', 'dot_segment'],
    ['/.%2e/a', 'dot_segment'],
    ['/..;/a', 'dot_segment'],
    ['/..;x=1/a', 'dot_segment'],
    ['/.;/a', 'dot_segment'],
    ['/%2e%2e;x/a', 'dot_segment'],
    ['/..%3bx/a', 'dot_segment'],
    ['/..%2Fa', 'dot_segment'],
    ['/a%2f..', 'dot_segment'],
    ['/a%2F%2e%2e%2Fb', 'dot_segment'],
    ['/a%2F..;x%2Fb', 'dot_segment'],
    ['/a%2F.', 'dot_segment'],

    ['//', 'empty_segment'],
    ['//a', 'empty_segment'],
    ['/a//b', 'empty_segment'],
    ['/a//', 'empty_segment'],
    ['/a%2F%2Fb', 'empty_segment'],
    ['/a/%2Fb', 'empty_segment'],
    ['/a%2F/b', 'empty_segment'],
    ['/%2Fa', 'empty_segment'],
    ['/a/;x/b', 'empty_segment'],
    ['/;x/a', 'empty_segment'],
    ['/a/%3Bx/b', 'empty_segment'],
    ['/a%2F;x%2Fb', 'empty_segment'],

    ['/a\\b', 'forbidden_character'],
    ['/a\\..\\b', 'forbidden_character'],
    ['/a#b', 'forbidden_character'],
    ['/a b', 'forbidden_character'],
    ['/a\tb', 'forbidden_character'],
    ['/a\u0000', 'forbidden_character'],
    ['/a\u001f', 'forbidden_character'],
    ['/a\u007f', 'forbidden_character'],
    ['/a\u0080', 'forbidden_character'],
    ['/caf\u00e9', 'forbidden_character'],
    ['/\uff0e\uff0e/a', 'forbidden_character'],
    ['/\ud800', 'forbidden_character'],

    ['/a%5Cb', 'encoded_backslash'],
    ['/a%5cb', 'encoded_backslash'],
    ['/..%5c..', 'encoded_backslash'],

    ['/a%00', 'encoded_control'],
    ['/a%0a', 'encoded_control'],
    ['/a%0D%0Ab', 'encoded_control'],
    ['/a%1F', 'encoded_control'],
    ['/a%7f', 'encoded_control'],

    ['/%252e%252e/a', 'double_encoding'],
    ['/%25%32%65', 'double_encoding'],
    ['/a%252Fb', 'double_encoding'],
    ['/a%252fb', 'double_encoding'],
    ['/a%25252F', 'double_encoding'],
    ['/a%255c', 'double_encoding'],
    ['/100%2541', 'double_encoding'],

    ['/%', 'bad_escape'],
    ['/a%', 'bad_escape'],
    ['/a%g1', 'bad_escape'],
    ['/a%1', 'bad_escape'],
    ['/a%1g', 'bad_escape'],
    ['/%u002e', 'bad_escape'],
    ['/%%32%45', 'bad_escape'],
    ['/%%341', 'bad_escape'],
    ['/%%32F', 'bad_escape'],
    ['/%2%45', 'bad_escape'],
    ['/%C0%AE%C0%AE/a', 'bad_escape'],
    ['/%E0%80%AF', 'bad_escape'],
    ['/%F0%80%80%AF', 'bad_escape'],
    ['/%ED%A0%80', 'bad_escape'],
    ['/%ff', 'bad_escape'],
    ['/%c3', 'bad_escape'],
    ['/%c3/%a9', 'bad_escape'],
  ])('refuses %j: %s', (raw, fault) => {
    expect(toCanonicalPath(raw)).toBe(fault);
  });

  it('never throws, whatever the text', () => {
    holds(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), hostilePath), (raw) => {
        toCanonicalPath(raw);
      }),
    );
  });

  it('is idempotent: the canonical form of a canonical path is itself', () => {
    holds(
      fc.property(hostilePath, (raw) => {
        const once = toCanonicalPath(raw);
        if (typeof once !== 'string') expect(toCanonicalPath(once.path)).toEqual(once);
      }),
      { numRuns: 5000 },
    );
  });

  it('accepts no path with a dot segment, an empty segment or a backslash in any reading', () => {
    holds(
      fc.property(hostilePath, (raw) => {
        const canonical = toCanonicalPath(raw);
        if (typeof canonical === 'string') return;
        for (const reading of readingsOf(canonical)) {
          expect(reading).not.toMatch(/\/\.{1,2}(?:\/|;|$)/);
          expect(reading).not.toMatch(/\/\/|\\/);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('keeps the meaning of what it accepts', () => {
    holds(
      fc.property(hostilePath, (raw) => {
        const canonical = toCanonicalPath(raw);
        if (typeof canonical === 'string') return;
        expect(canonical.segments).toEqual(raw.slice(1).split('/').map(decodeURIComponent));
        expect(canonical.path.slice(1).split('/').map(decodeURIComponent)).toEqual(canonical.segments);
      }),
    );
  });

  it('decodes every path that is made of encoded segments', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[\\/;%\p{Cc}]|^\.{1,2}$/u.test(text));
    holds(
      fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
        const canonical = toCanonicalPath(`/${segments.map(encodeURIComponent).join('/')}`);
        expect(canonical).toMatchObject({ segments, ...PLAIN });
      }),
    );
  });
});
