import { activeValueFor, toActive, toIdValue, toPasswordHash, toRoles, toTenant, toUserId } from './column-values';

describe('the value of a column', () => {
  it.each([
    [42, 'number', 42],
    ['42', 'number', 42],
    ['-7', 'number', -7],
    ['9007199254740993', 'number', '9007199254740993'],
    ['42.5', 'number', undefined],
    ['x', 'number', undefined],
    [null, 'number', undefined],
    ['42', 'text', '42'],
    ['', 'text', undefined],
    [null, 'text', undefined],
    [Buffer.from('x'), 'text', undefined],
    ['00000000-0000-4000-8000-000000000000', 'uuid', '00000000-0000-4000-8000-000000000000'],
  ] as const)('%p of a %s column is the id %p', (value, kind, id) => {
    expect(toUserId(value, kind)).toBe(id);
  });

  it.each([
    [42, 'number', '42'],
    ['42', 'number', undefined],
    ['042', 'number', undefined],
    ['42x', 'number', undefined],
    [1.5, 'number', undefined],
    ['9007199254740993', 'number', '9007199254740993'],
    ['9223372036854775808', 'number', undefined],
    [42, 'text', undefined],
    ['42', 'text', '42'],
    ['a\0', 'text', undefined],
    ['\ud800', 'text', undefined],
    ['x'.repeat(256), 'text', undefined],
    ['not-a-uuid', 'uuid', undefined],
    [7, 'uuid', undefined],
  ] as const)('to find the id %p in a %s column is %p', (id, kind, value) => {
    expect(toIdValue(id, kind)).toBe(value);
  });

  it.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [['a', 'a', 7, null, 'b,c', 'd\n'], ['a']],
    ['["a", "b"]', ['a', 'b']],
    ['["a", {"x": 1}, ["b"]]', ['a']],
    ['"a"', ['a']],
    ['["a"', []],
    ['{a,"b c","d\\"e","f,g"}', ['a', 'b c', 'd"e']],
    ['{}', []],
    ['a, b,,c', ['a', 'b', 'c']],
    ['', []],
    [null, []],
    [undefined, []],
    [7, []],
    [{ admin: true }, []],
  ])('%j tells the roles %j', (value, roles) => {
    expect(toRoles(value)).toEqual(roles);
  });

  it('of a JSON object is no list of roles', () => {
    expect(toRoles('{"admin": false}')).toEqual([]);
  });

  it.each([true, 1, '1', 'active', 'ACTIVE ', 'true', 't', 'yes', 'enabled', Buffer.from([1])])(
    '%p is active',
    (value) => {
      expect(toActive(value)).toBe(true);
    },
  );

  it.each([
    ...[false, 0, 2, -1, Number.NaN, '0', '2', '', 'false', 'inactive', 'blocked', 'actives', null, undefined, {}, []],
    ...[Buffer.from([0]), Buffer.from([1, 1]), Buffer.alloc(0)],
  ])('%p is not active', (value) => {
    expect(toActive(value)).toBe(false);
  });

  it.each(['boolean', 'bit', 'tinyint', 'integer', 'varchar', 'user_state'])(
    'of %s for an active user reads as active',
    (type) => {
      expect(toActive(activeValueFor(type))).toBe(true);
    },
  );

  it('of a hash or tenant comes without the filling of its column', () => {
    expect([toPasswordHash('$2a$  '), toPasswordHash(Buffer.from('$2a$')), toPasswordHash('  ')]).toEqual([
      '$2a$',
      '$2a$',
      undefined,
    ]);
    expect([toPasswordHash(null), toPasswordHash(7)]).toEqual([undefined, undefined]);
    expect([toTenant('acme '), toTenant(7), toTenant(''), toTenant(null)]).toEqual(['acme', '7', undefined, undefined]);
  });
});
