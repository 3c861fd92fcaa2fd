import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { aRequest, type RequestText, requestParts } from '../../test/support/policy';
import { MalformedRequest, toGatewayRequest } from './gateway-request';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function faultOf(text: RequestText): string | undefined {
  const request = toGatewayRequest(requestParts(text));
  return request instanceof MalformedRequest ? request.fault : undefined;
}

describe('toGatewayRequest', () => {
  it('takes a request apart into its canonical parts', () => {
    const parts = requestParts({
      method: 'POST',
      target: '/a/%7eb%2fc;d?x=%zz&y=//../',
      host: 'API.Example.com.:8080',
      headers: { 'X-Request-ID': 'abc-1', 'Content-Length': '3' },
    });
    expect(toGatewayRequest(parts)).toMatchObject({
      rawPath: '/a/%7eb%2fc;d',
      requestId: 'abc-1',
      method: 'POST',
      host: 'api.example.com',
      port: '8080',
      authority: 'API.Example.com.:8080',
      path: '/a/~b%2Fc;d',
      segments: ['a', '~b/c;d'],
      hasEncodedSlash: true,
      hasSemicolon: true,
      query: '?x=%zz&y=//../',
      fields: expect.objectContaining({ bodyLength: 3 }),
      rawHeaders: parts.rawHeaders,
      isSecure: false,
      clientAddress: '192.0.2.1',
    });
  });

  it.each([
    ['/a?', '/a', '?'],
    ['/?a?b', '/', '?a?b'],
    ['/a?x=\u00e9', '/a', '?x=\u00e9'],
    ['http://api.example.com/a?b', '/a', '?b'],
    ['HTTPS://API.example.COM./a', '/a', ''],
    ['http://api.example.com', '/', ''],
    ['http://api.example.com?q', '/', '?q'],
  ])('splits %s into %s and %j', (target, path, query) => {
    expect(aRequest({ target })).toMatchObject({ host: 'api.example.com', path, query });
  });

  it('takes an absolute form with the port the Host field has', () => {
    const target = 'http://api.example.com:8080/a';
    expect(aRequest({ target, host: 'api.example.com:8080' })).toMatchObject({ path: '/a', port: '8080' });
  });

  it('has an empty host where an HTTP/1.0 request names none', () => {
    expect(aRequest({ host: null })).toMatchObject({ host: '', port: '', authority: '' });
  });

  it.each([
    [{ target: '*', method: 'OPTIONS' }, 'not_a_path'],
    [{ target: '' }, 'not_a_path'],
    [{ target: 'a' }, 'not_a_path'],
    [{ target: '?a' }, 'not_a_path'],
    [{ target: 'api.example.com:443', method: 'CONNECT' }, 'not_a_path'],
    [{ target: 'ftp://api.example.com/' }, 'not_a_path'],
    [{ target: 'http:/api.example.com/' }, 'not_a_path'],
    [{ target: '//api.example.com/a' }, 'empty_segment'],
    [{ target: 'http://api.example.com//a' }, 'empty_segment'],
    [{ target: 'http://api.example.com/../a' }, 'dot_segment'],
    [{ target: '/a/..?b' }, 'dot_segment'],
    [{ target: '/a#b' }, 'fragment_in_target'],
    [{ target: '/a?b#c' }, 'fragment_in_target'],
    [{ target: '#' }, 'fragment_in_target'],
    [{ target: 'http://api.example.com#/../' }, 'fragment_in_target'],
    [{ target: '/a?b c' }, 'forbidden_character_in_query'],
    [{ target: '/a?b\u0000' }, 'forbidden_character_in_query'],
    [{ target: '/a?b\r\nX: y' }, 'forbidden_character_in_query'],
    [{ target: '/a?b\u007f' }, 'forbidden_character_in_query'],
    [{ target: '/a?b\u0100' }, 'forbidden_character_in_query'],
    [{ target: 'http://evil.example/a' }, 'authority_differs_from_host'],
    [{ target: 'http://api.example.com:8080/a' }, 'authority_differs_from_host'],
    [{ target: 'http://api.example.com/a', host: 'api.example.com:8080' }, 'authority_differs_from_host'],
    [{ target: 'http://api.example.com/a', host: null }, 'authority_differs_from_host'],
    [{ target: 'http://user@api.example.com/a' }, 'authority_differs_from_host'],
    [{ target: 'http://api.example.com\\@evil.example/a' }, 'authority_differs_from_host'],
    [{ target: 'http:///a' }, 'authority_differs_from_host'],
    [{ host: '' }, 'bad_host'],
    [{ host: 'a b' }, 'bad_host'],
    [{ host: 'api.example.com/x' }, 'bad_host'],
    [{ headers: [['host', 'api.example.com']] }, 'duplicate_host'],
    [{ headers: { Connection: 'close, X_Client.Id' } }, 'connection_names_protected_field'],
    [{ headers: { Connection: 'client-cert' } }, 'connection_names_protected_field'],
    [{ certificate: 'forwarded_certificate_malformed' }, 'forwarded_certificate_malformed'],
    [{ certificate: 'forwarded_certificate_repeated' }, 'forwarded_certificate_repeated'],
  ] as [RequestText, string][])('refuses %j: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  it.each(['a', 'A.b_c~d+e/f=g:h@i-j', '0190f3c2-0000-7000-8000-000000000000', 'x'.repeat(128)])(
    'keeps the well-formed request id %s',
    (id) => {
      expect(aRequest({ headers: { 'x-request-id': id } }).requestId).toBe(id);
    },
  );

  it.each(['', '-a', 'a b', 'a\u0000', 'é', '"a"', 'a;b', '{jndi:x}', 'x'.repeat(129)])(
    'replaces the request id %j',
    (id) => {
      expect(aRequest({ headers: { 'x-request-id': id } }).requestId).toMatch(UUID);
    },
  );

  it('makes a request id where there is none or more than one', () => {
    const twice: [string, string][] = [
      ['X-Request-ID', 'a'],
      ['x-request-id', 'a'],
    ];
    expect(aRequest({ headers: twice }).requestId).toMatch(UUID);
    expect(aRequest().requestId).toMatch(UUID);
    expect(aRequest().requestId).not.toBe(aRequest().requestId);
  });

  it('tells who sent a refused request, under the id it was sent with', () => {
    const request = toGatewayRequest(requestParts({ method: 'PUT', target: '*', headers: { 'X-Request-ID': 'abc' } }));
    expect(request).toEqual(new MalformedRequest('abc', 'PUT', '192.0.2.1', 'not_a_path'));
  });

  it('never throws, and lets nothing into the path but the path', () => {
    const target = fc.array(
      fc.constantFrom('/', 'a', '?', '#', '%', '%2F', 'http://', 'api.example.com', '..', '@', ':80', '\\'),
    );
    holds(
      fc.property(
        fc.oneof(
          fc.string(),
          target.map((pieces) => pieces.join('')),
        ),
        (text) => {
          const request = toGatewayRequest(requestParts({ target: text }));
          if (request instanceof MalformedRequest) return;
          expect(request.path).toMatch(/^\/[^?#\\]*$/);
          expect(request.query).toMatch(/^(?:\?[^#]*)?$/);
          expect(text.endsWith(request.query)).toBe(true);
        },
      ),
    );
  });
});
