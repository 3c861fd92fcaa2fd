import { formatListenAddress, parseListenAddress } from './listen-address';
import { SettingValueError } from './setting-value-error';

describe('a listen address', () => {
  it.each([
    ['127.0.0.1:8080', { kind: 'tcp', host: '127.0.0.1', port: 8080 }],
    ['localhost:80', { kind: 'tcp', host: 'localhost', port: 80 }],
    ['[::1]:65535', { kind: 'tcp', host: '::1', port: 65_535 }],
    ['0.0.0.0:0', { kind: 'tcp', host: '0.0.0.0', port: 0 }],
    ['unix:/run/gw.sock', { kind: 'unix', path: '/run/gw.sock' }],
  ])('%s is read and written alike', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
    expect(formatListenAddress(parseListenAddress(text))).toBe(text);
  });

  it('without a host is every IPv4 address', () => {
    expect(parseListenAddress(':8080')).toEqual({ kind: 'tcp', host: '0.0.0.0', port: 8080 });
  });

  it.each([
    '',
    '8080',
    'host',
    'host:',
    'host:65536',
    'host:x',
    '::1:80',
    '[::1]',
    '[localhost]:80',
    '1.2.3:80',
    'a b:80',
    'unix:',
    '-x:80',
  ])('cannot be “%s”', (text) => {
    expect(() => parseListenAddress(text)).toThrow(SettingValueError);
  });
});
