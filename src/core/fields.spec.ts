import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { isProtectedField, readFields } from './fields';

const PROTECTED = [
  'X-Client-ID',
  'X-Client-Name',
  'X-Route-ID',
  'X-User-ID',
  'X-User-Roles',
  'X-Tenant-ID',
  'X-Real-IP',
  'Forwarded',
  'X-Auth-Method',
  'X-Auth-Claims',
  'X-Auth-Client-ID',
  'X-Gatewarden-Status',
  'X-Gatewarden-Door-Token',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'X-Forwarded-Prefix',
  'X-Forwarded-Client-Cert',
  'X-Original-URI',
  'X-Original-Client-IP',
  'Client-Cert',
  'Client-Cert-Chain',
];
const CREDENTIALS = ['Authorization', 'X-API-Key', 'X-Authenticity', 'X-Date', 'X-Nonce'];

/** The name in any mix of cases, each hyphen as any of the three characters that servers fold together. */
function spellings(name: string): fc.Arbitrary<string> {
  const characters = [...name].map((character) =>
    character === '-'
      ? fc.constantFrom('-', '_', '.')
      : fc.constantFrom(character.toLowerCase(), character.toUpperCase()),
  );
  return fc.tuple(...characters).map((parts) => parts.join(''));
}

describe('isProtectedField', () => {
  it.each(PROTECTED)('knows %s in every spelling', (name) => {
    holds(fc.property(spellings(name), (spelling) => isProtectedField(spelling)));
  });

  it.each([
    'X-Request-ID',
    'X-Client',
    'X-Client-ID-Hint',
    'Client-ID',
    'Client-Certificate',
    'X-Client-Cert',
    'XX-Client-ID',
    'X-User',
    'X-Authenticity',
    'X-API-Key',
    'Authorization',
    'X-Forwarded',
    'X-Originals',
    'Forwarded-For',
    'Host',
    'Accept',
    '',
  ])('leaves %j to the client', (name) => {
    expect(isProtectedField(name)).toBe(false);
  });
});

describe('readFields', () => {
  it('reads nothing from no fields', () => {
    expect(readFields([])).toEqual({
      host: undefined,
      authorization: undefined,
      apiKey: undefined,
      requestId: undefined,
      userAgent: undefined,
      bodyLength: 0,
      connectionNames: [],
      fault: undefined,
    });
  });

  it('finds the fields of a decision in any case, and passes over others of the same length', () => {
    const fields = readFields([
      ...['hOsT', 'h', 'AUTHORIZATION', 'a', 'x-Api-kEy', 'k', 'X-REQUEST-ID', 'r', 'USER-agent', 'u'],
      ...['Date', '1', 'X-Foo-Bar', '2', 'X-Request-XX', '3', 'X-Other-Thing', '4', 'X-Another1', '5'],
    ]);
    expect(fields).toMatchObject({ host: 'h', authorization: 'a', apiKey: 'k', requestId: 'r', userAgent: 'u' });
    expect(fields.fault).toBeUndefined();
  });

  it.each([
    ['Host', 'host', 'duplicate_host'],
    ['Host', 'HOST', 'duplicate_host'],
    ['Authorization', 'authorization', 'duplicate_credential'],
    ['X-API-Key', 'x-api-key', 'duplicate_credential'],
  ])('refuses %s beside %s', (first, second, fault) => {
    for (const value of ['same', 'other', '']) {
      expect(readFields([first, 'same', second, value]).fault).toBe(fault);
    }
  });

  it('has no request id where it comes twice', () => {
    expect(readFields(['X-Request-ID', 'a', 'x-request-id', 'b']).requestId).toBe('');
    expect(readFields(['X-Request-ID', 'a', 'x-request-id', 'b', 'X-Request-Id', 'c']).requestId).toBe('');
  });

  it.each([
    [[], 0],
    [['Content-Length', '0'], 0],
    [['content-length', '12'], 12],
    [['Transfer-Encoding', 'chunked'], undefined],
    [['Transfer-Encoding', 'chunked', 'Content-Length', '5'], undefined],
    [['Content-Length', '5', 'Transfer-Encoding', 'chunked'], undefined],
  ])('reads the body length of %j as %j', (raw, length) => {
    expect(readFields(raw).bodyLength).toBe(length);
  });

  it.each([
    ['keep-alive', []],
    ['close', []],
    ['Close', []],
    ['Keep-Alive, Upgrade', ['upgrade']],
    ['close ,  X-Foo,,\tTE', ['x-foo', 'te']],
  ])('reads Connection: %s as %j', (value, names) => {
    expect(readFields(['Connection', value])).toMatchObject({ connectionNames: names, fault: undefined });
  });

  it('gathers the names of several Connection fields', () => {
    const { connectionNames } = readFields(['Connection', 'X-A', 'connection', 'close', 'CONNECTION', 'X-B']);
    expect(connectionNames).toEqual(['x-a', 'x-b']);
  });

  it.each([...PROTECTED, ...CREDENTIALS])('refuses a Connection field that names %s, however it is spelt', (name) => {
    holds(
      fc.property(spellings(name), fc.constantFrom('', 'close, ', 'X-Foo,'), (spelling, before) => {
        const { fault } = readFields(['Connection', `${before}${spelling}`]);
        expect(fault).toBe('connection_names_protected_field');
      }),
    );
  });

  it('refuses a Connection field that names Host, and looks into every Connection field', () => {
    expect(readFields(['Connection', 'host']).fault).toBe('connection_names_protected_field');
    const raw = ['Connection', 'X-Foo', 'Connection', 'X-Client-Id', 'Connection', 'close'];
    expect(readFields(raw).fault).toBe('connection_names_protected_field');
  });

  it('never throws, also for a name without a value', () => {
    holds(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('Host', 'Connection', 'Content-Length'))), (raw) => {
        readFields(raw);
      }),
    );
  });
});
