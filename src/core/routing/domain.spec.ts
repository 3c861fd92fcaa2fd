import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { parseDomain } from './domain';
import { PatternError } from './pattern-error';

const INVALID =
  "domain must be a valid format: 'example.com', '*.example.com', or '*' for any domain, each with an optional :port";

function messageOf(text: string): string | undefined {
  try {
    parseDomain(text);
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
  return undefined;
}

describe('parseDomain', () => {
  it.each([
    ['example.com', 'example.com', 'example.com', 'exact', undefined],
    ['API.Example.COM.', 'api.example.com', 'api.example.com', 'exact', undefined],
    ['localhost', 'localhost', 'localhost', 'exact', undefined],
    ['my_service:8080', 'my_service:8080', 'my_service', 'exact', '8080'],
    ['example.com.:443', 'example.com:443', 'example.com', 'exact', '443'],
    ['192.0.2.1', '192.0.2.1', '192.0.2.1', 'exact', undefined],
    ['[::1]', '[::1]', '[::1]', 'exact', undefined],
    ['[2001:DB8::1]:8443', '[2001:db8::1]:8443', '[2001:db8::1]', 'exact', '8443'],
    ['*.Example.com', '*.example.com', 'example.com', 'subdomains', undefined],
    ['*.example.com:65535', '*.example.com:65535', 'example.com', 'subdomains', '65535'],
    ['*', '*', '', 'any', undefined],
    ['*:8080', '*:8080', '', 'any', '8080'],
  ])('reads %s', (domain, text, host, kind, port) => {
    expect(parseDomain(domain)).toEqual({ text, host, kind, port });
  });

  it.each([
    '',
    '.',
    '*.',
    '.example.com',
    'example..com',
    'example.com..',
    '-a.example',
    'a-.example',
    '*example.com',
    '*.*.example.com',
    'api.*.com',
    '**',
    '*.[::1]',
    '[::1',
    'example.com:',
    'example.com:0',
    'example.com:080',
    'example.com:65536',
    'example.com:x',
    'a:b:80',
    'http://example.com',
    'example.com/x',
    'user@example.com',
    'a b',
    'café.example',
    '*.café.example',
    'a\n',
  ])('refuses %j', (text) => {
    expect(messageOf(text)).toBe(INVALID);
  });

  it('refuses a domain of more than 253 characters', () => {
    const long = `${'a.'.repeat(126)}aa`;
    expect(messageOf(long)).toBe('domain must have at most 253 characters');
    expect(messageOf(long.slice(1))).toBe(INVALID);
    expect(messageOf(long.slice(2))).toBeUndefined();
  });

  it('throws nothing but PatternError, and its text is canonical', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', '1', '*', '.', ':', '[', ']', '-', '8'), maxLength: 8 });
    holds(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), text), (some) => {
        if (messageOf(some) !== undefined) return;
        const domain = parseDomain(some);
        expect(parseDomain(domain.text)).toEqual(domain);
      }),
      { numRuns: 1000 },
    );
  });
});
