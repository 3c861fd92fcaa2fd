import type { Bytes } from './bytes';
import { badReply } from './upstream-error';

/** Bit of an octet that may stand in a field name (RFC 9110 section 5.6.2). */
export const IN_NAME = 1;
/** Bit of an octet that may stand in a field value or a reason phrase (RFC 9110 section 5.5). */
export const IN_VALUE = 2;

export const CR = 0x0d;
export const LF = 0x0a;
export const SPACE = 0x20;
export const COLON = 0x3a;

const CLASSES = Uint8Array.from({ length: 256 }, (_, octet) => {
  const inName = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(octet)) ? IN_NAME : 0;
  const inValue = octet === 0x09 || (octet >= 0x20 && octet !== 0x7f) ? IN_VALUE : 0;
  return inName | inValue;
});

/** The index of the first octet from `at` on that is not of the class, or `end`. */
export function skip(bytes: Bytes, at: number, end: number, octetClass: number): number {
  let index = at;
  while (index < end && ((CLASSES[bytes[index] ?? 0] ?? 0) & octetClass) !== 0) index += 1;
  return index;
}

/** The index of the first octet from `at` on that is no space and no tab, or `end`. */
export function skipBlanks(bytes: Bytes, at: number, end: number): number {
  let index = at;
  while (index < end && isBlank(bytes[index])) index += 1;
  return index;
}

export function isBlank(octet: number | undefined): boolean {
  return octet === SPACE || octet === 0x09;
}

/**
 * The index behind the line end at `at`, -1 when it has not come yet.
 * @throws UpstreamError for anything but CR LF
 */
export function skipLineEnd(bytes: Bytes, at: number, end: number): number {
  if (at >= end) return -1;
  if (bytes[at] !== CR) throw badReply('an octet in its head that may not stand there');
  if (at + 1 >= end) return -1;
  if (bytes[at + 1] !== LF) throw badReply('a bare CR in its head');
  return at + 2;
}

/** Whether the octets from `at` on spell a name, in any case; `lowerCased` has letters, digits and hyphens only. */
export function spells(bytes: Bytes, at: number, lowerCased: Uint8Array): boolean {
  for (let index = 0; index < lowerCased.length; index += 1) {
    // 0x20 is the case bit of letters, and is set in hyphens and digits anyway.
    if (((bytes[at + index] ?? 0) | 0x20) !== lowerCased[index]) return false;
  }
  return true;
}
