import { parseJsonObject } from './strict-json';

const parse = (text: string) => parseJsonObject(Buffer.from(text, 'utf8'));

describe('parseJsonObject', () => {
  it.each([
    '{}',
    ' { "a" : 1 } ',
    '{"a":{"a":{"a":[1,{"a":2},"x:y"]}},"b":"\\"a\\":1,{"}',
    '{"a":"\\\\","b":1}',
    '{"":"", " ":1}',
    '{"ü":"\\u00fc"}',
    '{"__proto__":{"a":1},"constructor":1}',
  ])('reads %s as JSON.parse does', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['an empty text', ''],
    ['null', 'null'],
    ['a list', '[{"a":1}]'],
    ['a text', '"a"'],
    ['a number', '1'],
    ['a cut object', '{"a":1'],
    ['two objects', '{}{}'],
    ['a trailing NUL', '{}\0'],
    ['a trailing comma', '{"a":1,}'],
    ['a comment', '{/**/}'],
    ['a member twice', '{"alg":"none","alg":"HS256"}'],
    ['a member twice with the same value', '{"a":1,"a":1}'],
    ['a member twice in an escaped spelling', '{"alg":1,"\\u0061lg":1}'],
    ['a member twice further inside', '{"a":[{"b":1,"b":2}]}'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['a byte order mark', '\ufeff{}'],
    ['33 levels', `{"a":${'['.repeat(33)}${']'.repeat(33)}}`],
    ['15,000 levels', `{"a":${'['.repeat(15_000)}${']'.repeat(15_000)}}`],
    ['15,000 levels that never close', `{"a":${'['.repeat(15_000)}`],
  ])('refuses %s', (_, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it.each([
    ['invalid UTF-8', [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]],
    ['overlong UTF-8', [0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]],
    ['UTF-16', [0x7b, 0x00, 0x7d, 0x00]],
  ])('refuses %s', (_, bytes) => {
    expect(parseJsonObject(Uint8Array.from(bytes))).toBeUndefined();
  });
});
