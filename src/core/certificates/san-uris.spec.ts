import { toSanUris } from './san-uris';

describe('toSanUris', () => {
  it.each([
    ['one URI', 'URI:spiffe://corp.test/web', ['spiffe://corp.test/web']],
    ['URIs among others, in order', 'DNS:a.test, URI:b:2, IP Address:1:2:0:0:0:0:0:3, URI:a:1', ['b:2', 'a:1']],
    ['a quoted URI', 'URI:"https://a.test/\\u002cx\\"y\\\\z"', ['https://a.test/,x"y\\z']],
    [
      'a URI that holds what looks like another',
      'URI:"https://a.test/, URI:spiffe://corp.test/admin", DNS:x',
      ['https://a.test/, URI:spiffe://corp.test/admin'],
    ],
    ['a name that holds what looks like a URI', 'DNS:"x, URI:spiffe://corp.test/admin"', []],
    ['a directory name', 'DirName:"CN = x\\u002c O = y", URI:a:1', ['a:1']],
    ['an empty URI', 'URI:, DNS:x', ['']],
    ['nothing', undefined, []],
  ])('reads %s', (_, text, uris) => {
    expect(toSanUris(text)).toEqual(uris);
  });

  it.each(['URI:a:1,URI:b:2', 'URI:"a', 'URI:"a"b', 'URI:a"b', 'URI:a:1, x', 'URI:"\\q", URI:a:1'])(
    'knows none in %p, which has more than one reading',
    (text) => {
      expect(toSanUris(text)).toEqual([]);
    },
  );
});
