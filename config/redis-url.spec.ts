import { maskRedisUrl, parseRedisUrl } from './redis-url';

describe('REDIS_URL', () => {
  it.each([
    'redis://127.0.0.1:6379',
    'redis://cache',
    'redis://cache:6380/',
    'rediss://user:p%40ss@cache.example.com:6380/3',
    'redis://:password@[::1]:6379/0',
  ])('may be %s', (text) => {
    expect(parseRedisUrl(text)).toBe(text);
  });

  it.each([
    ['localhost:6379', 'redis://'],
    ['http://cache', 'redis://'],
    ['redis://', 'host'],
    ['redis:///1', 'host'],
    ['redis://secret-password@cache/zero', 'number'],
    ['redis://cache/1/2', 'number'],
    ['redis://cache/-1', 'number'],
    ['redis://cache?db=1', 'parameters'],
    ['redis://cache#1', 'parameters'],
  ])('may not be %s', (text, hint) => {
    expect(() => parseRedisUrl(text)).toThrow(hint);
    expect(() => parseRedisUrl(text)).not.toThrow('secret-password');
  });

  it('is shown without its password', () => {
    expect(maskRedisUrl('rediss://user:p%40ss@cache:6380/3')).toBe('rediss://user:********@cache:6380/3');
    expect(maskRedisUrl('redis://:hunter2@cache')).not.toContain('hunter2');
    expect(maskRedisUrl('redis://cache:6379')).toBe('redis://cache:6379');
  });
});
