import { announcedRevision } from './announced-revision';

describe('an announcement', () => {
  it.each([
    ['1', 1],
    ['42', 42],
    ['999999999999999', 999_999_999_999_999],
  ])('of %s is read', (text, revision) => {
    expect(announcedRevision(text)).toBe(revision);
  });

  it.each([
    '',
    '0',
    '-1',
    '+1',
    '01',
    '1.5',
    '1e3',
    '0x10',
    ' 1',
    '1\n',
    'NaN',
    'Infinity',
    '١٢',
    '9999999999999999',
    '9'.repeat(100_000),
    '{"revision":1}',
  ])('is no announcement when it says %p', (text) => {
    expect(announcedRevision(text)).toBeUndefined();
  });
});
