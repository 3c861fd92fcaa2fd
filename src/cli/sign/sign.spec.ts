import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { toCallMethod } from './call-method';
import { toCallTarget } from './call-target';
import { readSecret } from './read-secret';
import { shellQuote } from './shell-quote';
import { toCurlLine } from './signed-call';
import { toSignerName } from './signer-name';

describe('a word for a shell', () => {
  it('is read as it was, whatever is in it', () => {
    const words = [
      '',
      'plain',
      'a b',
      "it's",
      '$HOME',
      '`id`',
      '$(id)',
      '"',
      '\\',
      '!',
      '*',
      '~',
      '\n',
      'ü',
      '-n',
      ';#&|<>',
    ];
    const text = fc.string({ unit: fc.constantFrom(...'\'"\\$`!*?[]{}()<>|&;#~ \n\tab=%') });
    const read = (word: string) => execFileSync('sh', ['-c', `printf %s ${shellQuote(word)}`], { encoding: 'utf8' });
    for (const word of words) expect(read(word)).toBe(word);
    holds(
      fc.property(fc.array(text, { minLength: 30, maxLength: 30 }), (many) => {
        const line = many.map(shellQuote).join(' ');
        const answer = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
        expect(answer.split('\0').slice(0, -1)).toEqual(many);
      }),
      { numRuns: 10 },
    );
  });
});

describe('a curl line', () => {
  const call = { method: 'GET', url: 'http://127.0.0.1:8080/a?b=1', headers: { 'X-A': 'b' }, body: '' };

  it.each([
    [{}, "curl -si -g -H 'X-A: b' 'http://127.0.0.1:8080/a?b=1'"],
    [{ method: 'POST' }, "curl -si -g -X POST -H 'X-A: b' 'http://127.0.0.1:8080/a?b=1'"],
    [{ method: 'POST', body: 'x' }, "curl -si -g -H 'X-A: b' --data-raw x 'http://127.0.0.1:8080/a?b=1'"],
    [{ body: "@it's" }, "curl -si -g -X GET -H 'X-A: b' --data-raw '@it'\\''s' 'http://127.0.0.1:8080/a?b=1'"],
    [{ method: 'HEAD' }, "curl -si -g -I -H 'X-A: b' 'http://127.0.0.1:8080/a?b=1'"],
  ])('of %j', (change, line) => {
    expect(toCurlLine({ ...call, ...change })).toBe(line);
  });
});

describe('where a call goes', () => {
  it.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/', '/'],
    ['https://API.example.com/a/b?x=1&y=%2f#top', 'https://api.example.com/a/b?x=1&y=%2F', '/a/b?x=1&y=%2F'],
    ['http://h/%7euser/a b', 'http://h/~user/a%20b', '/~user/a%20b'],
    ['http://h/a?q=ü', 'http://h/a?q=%C3%BC', '/a?q=%C3%BC'],
    ['http://h/[1]?{a}', 'http://h/[1]?{a}', '/[1]?{a}'],
  ])('%s is %s, and signed as %s', (text, url, target) => {
    expect(toCallTarget(text)).toEqual({ url, target });
  });

  it.each(['h/a', 'ftp://h/a', '/a', '', 'http://', 'http://user:pass@h/', 'http://h//a', 'http://h/a%2500'])(
    'is not %s',
    (text) => expect(() => toCallTarget(text)).toThrow(),
  );
});

describe('what a signature is made with', () => {
  const from = (option: string | undefined, input = '', env: Record<string, string> = {}) =>
    readSecret(option, { env, stdin: Readable.from([input]) });

  it('comes from its option, standard input or the environment', async () => {
    expect(await from('s3cret', 'other', { GATEWARDEN_SIGN_SECRET: 'other' })).toBe('s3cret');
    expect(await from('-', 's3cret\n')).toBe('s3cret');
    expect(await from('-', ' s3 cret \r\n')).toBe(' s3 cret ');
    expect(await from(undefined, 'other', { GATEWARDEN_SIGN_SECRET: 's3cret' })).toBe('s3cret');
  });

  it('is missed where there is none', async () => {
    expect(await from(undefined, 'other')).toBeUndefined();
    expect(await from('')).toBeUndefined();
    expect(await from('-', '\n')).toBeUndefined();
    expect(await from(undefined, '', { GATEWARDEN_SIGN_SECRET: '' })).toBeUndefined();
  });

  it.each(['get', 'Post', 'DELETE'])('takes the method %s', (text) => {
    expect(toCallMethod(text)).toBe(text.toUpperCase());
  });

  it.each(['', 'TRACE', 'CONNECT', 'G ET'])('takes no method %j', (text) => {
    expect(() => toCallMethod(text)).toThrow('GET, POST');
  });

  it.each(['', 'a,b', 'a"b', 'a b', 'ü', 'a\nb', 'x'.repeat(256)])('takes no client %j', (text) => {
    expect(() => toSignerName(text)).toThrow('visible ASCII');
  });
});
