import { assertMatches, etagOf } from './etag';

describe('etagOf', () => {
  it('is the revision of an object that has one', () => {
    expect(etagOf({ revision: 42, name: 'x' })).toBe('"42"');
  });

  it('follows what an object without revision says, but neither its use nor the secret shown once', () => {
    const tag = etagOf({ name: 'x', last_used_at: null });
    expect(etagOf({ name: 'x', last_used_at: 7, secret: 's', token: 't' })).toBe(tag);
    expect(etagOf({ name: 'y', last_used_at: null })).not.toBe(tag);
  });
});

describe('assertMatches', () => {
  const object = { revision: 42 };

  it.each([undefined, '*', ' * ', '"42"', '"41", "42"'])('lets %j through', (ifMatch) => {
    expect(() => assertMatches(ifMatch, object)).not.toThrow();
  });

  it.each(['"41"', '42', 'W/"42"', '', '"4", "2"'])('refuses %j with 412', (ifMatch) => {
    expect(() => assertMatches(ifMatch, object)).toThrow(expect.objectContaining({ status: 412 }));
  });
});
