import { readAttributeValue } from './attribute-value';

/** Attribute types that have more than one spelling; all others stand for themselves in upper case. */
const SPELLINGS = new Map<string, string>([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['SURNAME', 'SN'],
  ['2.5.4.5', 'SERIALNUMBER'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['S', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'TITLE'],
  ['2.5.4.42', 'GN'],
  ['GIVENNAME', 'GN'],
  ['2.5.4.97', 'ORGANIZATIONIDENTIFIER'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['USERID', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'EMAILADDRESS'],
  ['EMAIL', 'EMAILADDRESS'],
  ['E', 'EMAILADDRESS'],
]);
const TYPE = / *(?:OID\.)?([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+) *= */iy;
const PLUS = 0x2b;
const COMMA = 0x2c;

/**
 * The one form of a distinguished name in the text form of RFC 4514 (the last RDN first, as in `CN=web,O=Corp,C=DE`),
 * undefined for what is none. Two texts have the same form exactly when they name the same: attribute types are
 * compared without case, values with it.
 */
export function toCanonicalName(text: string): string | undefined {
  const names: string[] = [];
  let parts: string[] = [];
  let at = 0;
  for (;;) {
    TYPE.lastIndex = at;
    const type = TYPE.exec(text);
    const value = type && readAttributeValue(text, TYPE.lastIndex);
    if (!value) return undefined;
    parts.push(`${toType(type[1] ?? '')}=${value.canonical}`);
    const separator = text.charCodeAt(value.end);
    if (separator !== PLUS) {
      names.push(parts.sort().join('+'));
      parts = [];
    }
    if (value.end === text.length) return names.join(',');
    if (separator !== PLUS && separator !== COMMA) return undefined;
    at = value.end + 1;
  }
}

/** The same form of a subject as Node prints it: an RDN a line, the first one first; undefined when it is empty. */
export function canonicalNameOfLines(subject: string | undefined): string | undefined {
  return subject ? toCanonicalName(subject.split('\n').reverse().join(',')) : undefined;
}

function toType(spelling: string): string {
  const upper = spelling.toUpperCase();
  return SPELLINGS.get(upper) ?? upper;
}
