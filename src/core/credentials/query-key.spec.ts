import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { findQueryKey, withoutQueryKey } from './query-key';

/** Some spellings of `api_key`, among names that only resemble it. */
const keyName = fc.constantFrom('api_key', 'api%5Fkey', 'api%5fkey', '%61pi_key', '%61%70%69%5F%6B%65%79');
const otherName = fc.constantFrom(
  'a',
  'API_KEY',
  'api_keys',
  'x_api_key',
  'api-key',
  'api_key[]',
  'api%255Fkey',
  '%zzapi_key',
  '',
);
const value = fc.constantFrom('', '=', '=1', '=a%20b', '=x=y', '=%zz', '=api_key');
const pair = fc.oneof(fc.tuple(keyName, value), fc.tuple(otherName, value));
const query = fc
  .array(pair, { minLength: 1 })
  .map((pairs) => ({ pairs, text: `?${pairs.map((two) => two.join('')).join('&')}` }));

function decode(name: string): string {
  return name.includes('%zz') ? name : decodeURIComponent(name);
}

describe('findQueryKey', () => {
  it.each([
    ['', undefined],
    ['?', undefined],
    ['?a=b', undefined],
    ['?a=api_key', undefined],
    ['?API_KEY=k', undefined],
    ['?x=1&api_key=k', { key: 'k' }],
    ['?api_key=k&x=1', { key: 'k' }],
    ['?%61pi%5Fkey=k', { key: 'k' }],
    ['?api_key=a%2Bb+c%20d', { key: 'a+b+c d' }],
    ['?api_key=a=b', { key: 'a=b' }],
    ['?api_key=%zz', { key: '%zz' }],
    ['?api_key=', { key: '' }],
    ['?api_key', { key: '' }],
    ['?api_key=k&api_key=k', 'repeated'],
    ['?api_key=k&x&api%5Fkey=l', 'repeated'],
    ['?api_key&api_key', 'repeated'],
  ])('finds in %j %j', (text, found) => {
    expect(findQueryKey(text)).toEqual(found);
  });
});

describe('withoutQueryKey', () => {
  it.each([
    ['', ''],
    ['?', '?'],
    ['?api_key=k', ''],
    ['?api_key=k&x=1', '?x=1'],
    ['?x=1&api_key=k', '?x=1'],
    ['?x=1&api%5Fkey=k&y=%zz&&z', '?x=1&y=%zz&&z'],
    ['?x=api_key', '?x=api_key'],
  ])('makes %j into %j', (text, kept) => {
    expect(withoutQueryKey(text)).toBe(kept);
  });

  it('leaves no key in any spelling, and every other pair as it was sent', () => {
    holds(
      fc.property(query, ({ pairs, text }) => {
        const kept = pairs.filter(([name]) => decode(name) !== 'api_key').map((two) => two.join(''));
        expect(withoutQueryKey(text)).toBe(kept.length === 0 ? '' : `?${kept.join('&')}`);
        expect(findQueryKey(withoutQueryKey(text))).toBeUndefined();
      }),
    );
  });
});
