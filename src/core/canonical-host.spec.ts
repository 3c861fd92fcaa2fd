import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { toCanonicalHost } from './canonical-host';

describe('toCanonicalHost', () => {
  it.each([
    ['api.example.com', 'api.example.com', ''],
    ['API.Example.COM', 'api.example.com', ''],
    ['api.example.com.', 'api.example.com', ''],
    ['api.example.com:8443', 'api.example.com', '8443'],
    ['api.example.com.:8443', 'api.example.com', '8443'],
    ['localhost', 'localhost', ''],
    ['my_service-1', 'my_service-1', ''],
    ['192.0.2.1:80', '192.0.2.1', '80'],
    ['[::1]', '[::1]', ''],
    ['[2001:DB8::1]:8080', '[2001:db8::1]', '8080'],
    ['xn--caf-dma.example', 'xn--caf-dma.example', ''],
  ])('reads %s as %s, port %j', (raw, host, port) => {
    expect(toCanonicalHost(raw)).toEqual({ host, port });
  });

  it.each([
    '',
    '.',
    '..',
    '.example.com',
    'a..b',
    'example.com..',
    '-a',
    'a-',
    'a:',
    'a:x',
    'a:-1',
    'a:123456',
    'a:80:80',
    ':80',
    '::1',
    '[::1',
    '::1]',
    '[]',
    '[::1]x',
    '[fe80::1%eth0]',
    'user@example.com',
    'example.com/path',
    'example.com?x',
    'example.com#x',
    'example.com\\evil',
    'a b',
    'a,b',
    'a\tb',
    'a\n',
    'a\u0000',
    'café.example',
    '*.example.com',
    '*',
    '%61.example.com',
    `${'a'.repeat(262)}`,
  ])('refuses %j', (raw) => {
    expect(toCanonicalHost(raw)).toBeUndefined();
  });

  it('never throws, and what it accepts is canonical already', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', '1', '.', '-', '_', ':', '[', ']', '*', '@', ' '),
      maxLength: 8,
    });
    holds(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), text), (raw) => {
        const canonical = toCanonicalHost(raw);
        if (!canonical) return;
        const again = canonical.port === '' ? canonical.host : `${canonical.host}:${canonical.port}`;
        expect(toCanonicalHost(again)).toEqual(canonical);
        expect(canonical.host).not.toMatch(/[A-Z]|\.$|\.\.|\*/);
      }),
    );
  });
});
