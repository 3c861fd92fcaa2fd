import { maskRedisUrl, parseRedisUrl, readRedisUrl } from './redis-url';

describe('REDIS_URL', () => {
  it.each([
    'redis://127.0.0.1:6379',
    'redis://cache',
    'redis://cache:6380/',
    'rediss://user:p%40ss@cache.example.com:6380/3',
    'redis://:password@[::1]:6379/0',
    'rediss://cache?ca=/etc/ca.pem&cert=/etc/me.pem&key=/etc/me.key',
    'redis+sentinel://s1,s2:26380/mymaster',
    'rediss+sentinel://user:pass@s1:26379,[::1]:26379/mymaster/3?ca=ca.pem',
    'redis+cluster://n1:7000,n2:7001,n3',
    'rediss+cluster://:pass@n1:7000/?ca=ca.pem',
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
    ['redis://cache#1', 'fragment'],
    ['redis://cache:0', 'port'],
    ['redis://cache:99999', 'port'],
    ['redis://cache:', 'host'],
    ['redis://ca che', 'host'],
    ['redis://[::zz]', 'host'],
    ['redis://one,two', 'one host'],
    ['redis://:secret-password%zz@cache', '%25'],
    ['redis://:secret-password@', 'host'],
    ['redis+sentinel://s1', 'name'],
    ['redis+sentinel://s1/', 'name'],
    ['redis+sentinel://s1/my master', 'name'],
    ['redis+sentinel://s1/mymaster/x', 'number'],
    ['redis+sentinel://s1,/mymaster', 'host'],
    ['redis+cluster://n1/1', 'cluster'],
    ['redis+unix://n1', 'redis://'],
    ['rediss+:secret-password//n1', 'redis://'],
    ['redis+sentinel+cluster://n1', 'redis://'],
    ['rediss://cache?cert=a.pem', 'together'],
    ['rediss://cache?ca=', 'path'],
    ['rediss://cache?ca=a&ca=b', 'once'],
    ['rediss://cache?rejectUnauthorized=false', 'parameters'],
    ['rediss://:secret-password@cache?password=secret-password', 'parameters'],
    ['redis://cache?ca=a.pem', 'rediss://'],
  ])('may not be %s', (text, hint) => {
    expect(() => parseRedisUrl(text)).toThrow(hint);
    expect(() => parseRedisUrl(text)).not.toThrow('secret-password');
  });

  it('is shown without its password', () => {
    expect(maskRedisUrl('rediss://user:p%40ss@cache:6380/3')).toBe('rediss://user:********@cache:6380/3');
    expect(maskRedisUrl('redis://:hunter2@cache')).not.toContain('hunter2');
    expect(maskRedisUrl('redis://cache:6379')).toBe('redis://cache:6379');
  });

  it('is shown without its password whatever it leads to', () => {
    expect(maskRedisUrl('rediss+sentinel://u:hunter2@s1:1,s2:2/m/3?ca=x')).toBe(
      'rediss+sentinel://u:********@s1:1,s2:2/m/3?ca=x',
    );
    expect(maskRedisUrl('redis+cluster://:hun@ter:2@n1:1,n2:2')).toBe('redis+cluster://:********@n1:1,n2:2');
    expect(maskRedisUrl('redis+cluster://n1:1,n2:2')).toBe('redis+cluster://n1:1,n2:2');
  });

  it('tells where it leads', () => {
    expect(readRedisUrl('rediss+sentinel://u%3A:p%40@s1,[::1]:5/my-master/3?ca=/ca.pem')).toEqual({
      ...{ kind: 'sentinel', masterName: 'my-master', database: 3, username: 'u:', password: 'p@' },
      nodes: [
        { host: 's1', port: 26_379 },
        { host: '::1', port: 5 },
      ],
      tls: { ca: '/ca.pem' },
    });
    expect(readRedisUrl('redis+cluster://n1:7000,n2')).toEqual({
      ...{ kind: 'cluster', masterName: '', database: 0, username: undefined, password: undefined, tls: undefined },
      nodes: [
        { host: 'n1', port: 7000 },
        { host: 'n2', port: 6379 },
      ],
    });
  });
});
