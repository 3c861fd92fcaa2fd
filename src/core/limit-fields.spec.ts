import { limitFields } from './limit-fields';

const STATE = {
  isExceeded: false,
  name: 'daily',
  limit: 1000,
  windowSeconds: 86_400,
  remaining: 999,
  resetSeconds: 3600,
};

describe('the fields of a limit', () => {
  it('are a policy and how it stands', () => {
    expect(limitFields(STATE, false)).toEqual([
      'RateLimit-Policy',
      '"daily";q=1000;w=86400',
      'RateLimit',
      '"daily";r=999;t=3600',
    ]);
  });

  it('are also those of old where they are asked for', () => {
    expect(limitFields({ ...STATE, remaining: 0 }, true).slice(4)).toEqual([
      'X-RateLimit-Limit',
      '1000',
      'X-RateLimit-Remaining',
      '0',
      'X-RateLimit-Reset',
      '3600',
    ]);
  });

  it.each([
    ['per minute', '"per minute"'],
    ['a "b" \\c', '"a \\"b\\" \\\\c"'],
    ['täglich\r\nX: y', '"t?glich??X: y"'],
    ['', '""'],
  ])('name the policy “%s” as %s', (name, text) => {
    const [, policy, , state] = limitFields({ ...STATE, name }, false);
    expect([policy, state]).toEqual([`${text};q=1000;w=86400`, `${text};r=999;t=3600`]);
  });
});
