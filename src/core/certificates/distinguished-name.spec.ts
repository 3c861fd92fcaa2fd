import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { canonicalNameOfLines, toCanonicalName } from './distinguished-name';

describe('toCanonicalName', () => {
  it.each([
    ['as it is', 'CN=web,O=Corp,C=DE', 'CN=web,O=Corp,C=DE'],
    ['with spaces round the separators', ' CN = web , O= Corp  ,C =DE  ', 'CN=web,O=Corp,C=DE'],
    ['with types in lower case', 'cn=web,emailAddress=a@b.c', 'CN=web,EMAILADDRESS=a@b.c'],
    ['with types as numbers', '2.5.4.3=web,OID.2.5.4.10=Corp,1.2.3.4=x', 'CN=web,O=Corp,1.2.3.4=x'],
    ['with types of other spellings', 'E=a@b.c,S=Bremen,userId=7', 'EMAILADDRESS=a@b.c,ST=Bremen,UID=7'],
    ['with several values in one RDN, in any order', 'UID=7 + CN=web,O=Corp', 'CN=web+UID=7,O=Corp'],
    ['with an empty value', 'CN=,O=Corp', 'CN=,O=Corp'],
    ['with escaped separators', 'CN=a\\,b\\+c\\;d\\<e\\>f\\"g\\\\h', 'CN=a\\,b\\+c\\;d\\<e\\>f\\"g\\\\h'],
    ['with needless escapes', 'CN=a\\=b\\ c\\2Cd\\41', 'CN=a=b c\\,dA'],
    ['with escaped UTF-8', 'CN=M\\C3\\BCller', 'CN=Müller'],
    ['with bare UTF-8', 'CN=Müller', 'CN=Müller'],
    ['with an equals sign in a value', 'CN=a=b', 'CN=a=b'],
    ['with spaces inside a value', 'CN=a  b , O=x', 'CN=a  b,O=x'],
    ['with escaped spaces at the ends', 'CN=\\ a\\ , O=x', 'CN=\\ a\\ ,O=x'],
    ['with nothing but a space', 'CN=\\ ', 'CN=\\ '],
    ['with an escaped number sign', 'CN=\\#1', 'CN=\\#1'],
    ['with control characters', 'CN=a\\00b\\0Ac', 'CN=a\\00b\\0ac'],
    ['with an encoded string', '1.2.3.4=#0c0548656c6c6f', '1.2.3.4=Hello'],
    ['with something else encoded', '1.2.3.4=#0403AbCdEf', '1.2.3.4=#0403abcdef'],
    ['with an encoded string of a wrong length', '1.2.3.4=#0c0648656c6c6f', '1.2.3.4=#0c0648656c6c6f'],
    ['with an encoded string that is not UTF-8', '1.2.3.4=#0c01ff', '1.2.3.4=#0c01ff'],
  ])('reads a name %s', (_, text, canonical) => {
    expect(toCanonicalName(text)).toBe(canonical);
    expect(toCanonicalName(canonical)).toBe(canonical);
  });

  it.each([
    ['nothing', ''],
    ['a bare word', 'web'],
    ['a type alone', 'CN'],
    ['no type', '=web'],
    ['a type that is none', 'C_N=web'],
    ['a comma at the end', 'CN=web,'],
    ['a plus at the end', 'CN=web+'],
    ['an empty RDN', 'CN=web,,O=Corp'],
    ['a bare semicolon', 'CN=web;O=Corp'],
    ['quotes', 'CN="web"'],
    ['angle brackets', 'CN=<web>'],
    ['an escape at the end', 'CN=web\\'],
    ['an escape of a letter', 'CN=we\\xb'],
    ['escapes that are not UTF-8', 'CN=\\C3\\28'],
    ['an overlong escape', 'CN=\\C0\\AF'],
    ['half an octet', 'CN=#0c05486'],
    ['an encoded value and more', 'CN=#0c01aa x'],
    ['a NUL', 'CN=a\0b'],
    ['slashes as openssl prints them', '/C=DE/CN=web'],
  ])('refuses %s', (_, text) => {
    expect(toCanonicalName(text)).toBeUndefined();
  });

  it('tells names apart that differ in case, order or number of values', () => {
    const texts = ['CN=web,O=Corp', 'CN=Web,O=Corp', 'O=Corp,CN=web', 'CN=web+O=Corp', 'CN=web\\,O=Corp', 'CN=web'];
    expect(new Set(texts.map(toCanonicalName)).size).toBe(texts.length);
  });

  it('gives any value back, however it was escaped', () => {
    holds(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        const hex = Buffer.from(value).reduce((text, octet) => `${text}\\${octet.toString(16).padStart(2, '0')}`, '');
        const canonical = toCanonicalName(`CN=${hex},O=x`);
        expect(canonical).toBeDefined();
        expect(toCanonicalName(canonical ?? '')).toBe(canonical);
        expect(canonicalNameOfLines(`O=x\n${canonical?.slice(0, -4)}`)).toBe(canonical);
      }),
    );
  });
});

it('keeps a blank that is no space at the end of a value', () => {
  expect(toCanonicalName('CN=\\c2\\a0,O=x')).toBe('CN=\u00a0,O=x');
  expect(toCanonicalName('CN=\u00a0,O=x\u3000')).toBe('CN=\u00a0,O=x\u3000');
});

describe('canonicalNameOfLines', () => {
  it('turns the lines round', () => {
    expect(canonicalNameOfLines('C=DE\nO=A\\, B\\ \nCN=web + UID=u1')).toBe('CN=web+UID=u1,O=A\\, B\\ ,C=DE');
  });

  it.each([undefined, ''])('knows no name in %p', (subject) => {
    expect(canonicalNameOfLines(subject)).toBeUndefined();
  });
});
