import { isUuid } from './is-uuid';

const ID = '0b6f2c9e-5c8b-4d0e-9f53-1a2b3c4d5e6f';

describe('a UUID', () => {
  it('is one in either case', () => {
    expect([ID, ID.toUpperCase(), '00000000-0000-0000-0000-000000000000'].every(isUuid)).toBe(true);
  });

  it.each([
    '',
    ID.slice(1),
    `${ID}0`,
    ` ${ID}`,
    `${ID}\n`,
    `{${ID}}`,
    `urn:uuid:${ID}`,
    ID.replaceAll('-', ''),
    ID.replace('0b', '0g'),
    ID.replace('-', '\u2010'),
  ])('is not %j', (text) => expect(isUuid(text)).toBe(false));
});
