import {
  type CelFunc,
  type CelList,
  CelScalar,
  celEnv,
  celFunc,
  celMethod,
  celUint,
  listType,
  mapType,
} from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { RE2JS } from '@bufbuild/re2';
import { AddressRange, parseAddress } from './address-range';
import { TIME_FUNCTIONS } from './local-time';
import { RememberedLiterals } from './remembered-literals';

/** What `in` becomes when an address is looked for. */
export const IN_RANGES = '@in_ranges';

const { BOOL, DOUBLE, DYN, INT, STRING, UINT } = CelScalar;
const INTEGER = /^-?[0-9]{1,19}$/;
const DECIMAL = /^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
/** Those whose results cannot outgrow their arguments. */
const STRING_FUNCTIONS = new Set([
  'charAt',
  'indexOf',
  'lastIndexOf',
  'lowerAscii',
  'split',
  'substring',
  'trim',
  'upperAscii',
]);

const patterns = new RememberedLiterals((pattern) => RE2JS.compile(pattern));
const ranges = new RememberedLiterals(AddressRange.parse);

/** @throws Error for a pattern that is no RE2 expression */
export function checkPattern(pattern: string): void {
  patterns.get(pattern);
}

/** @throws RangeError for a text that is no range of addresses */
export function checkRange(range: string): void {
  ranges.get(range);
}

const OWN_FUNCTIONS: readonly CelFunc[] = [
  celMethod('matches', STRING, [STRING], BOOL, function (pattern) {
    return patterns.get(pattern).test(this);
  }),
  celMethod('inCidr', STRING, [STRING], BOOL, function (range) {
    return ranges.get(range).includes(parseAddress(this));
  }),
  celFunc(IN_RANGES, [STRING, listType(DYN)], BOOL, isInRanges),
  celFunc(IN_RANGES, [STRING, mapType(DYN, DYN)], BOOL, (address, map) => map.has(address)),
  // The library's own take an empty text for 0, and any other for a number that is none.
  celFunc('int', [STRING], INT, (text) => toInteger(text)),
  celFunc('uint', [STRING], UINT, (text) => celUint(BigInt.asUintN(64, toInteger(text, 0n)))),
  celFunc('double', [STRING], DOUBLE, toDouble),
];

/** Everything an expression may call. */
export const CONDITION_ENV = celEnv({
  funcs: [...strings.filter(({ name }) => STRING_FUNCTIONS.has(name)), ...OWN_FUNCTIONS, ...TIME_FUNCTIONS],
});

function isInRanges(text: string, list: CelList): boolean {
  const address = parseAddress(text);
  for (const range of list) {
    if (typeof range !== 'string') throw new TypeError('a list of address ranges has something else in it');
    if (ranges.get(range).includes(address)) return true;
  }
  return false;
}

function toInteger(text: string, least = -(2n ** 63n)): bigint {
  const value = INTEGER.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value < least || value >= 2n ** 63n) throw new RangeError('the text is no whole number');
  return value;
}

function toDouble(text: string): number {
  if (!DECIMAL.test(text)) throw new RangeError('the text is no number');
  return Number(text);
}
