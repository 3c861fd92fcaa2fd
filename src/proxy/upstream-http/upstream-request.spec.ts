import { Readable } from 'node:stream';
import { fieldLine } from './field-line';
import { type RequestParts, toUpstreamRequest } from './upstream-request';

const GET: RequestParts = { method: 'GET', target: '/a?b', fields: '\r\nHost: x', body: null, bodyLength: 0 };

describe('a request for an upstream', () => {
  it('has its line, the fields in order and an empty line', () => {
    const { head } = toUpstreamRequest({
      ...GET,
      fields: fieldLine('Host', 'x') + fieldLine('X-Name', 'J\xfcrgen\t1'),
    });
    expect(head).toBe('GET /a?b HTTP/1.1\r\nHost: x\r\nX-Name: J\xfcrgen\t1\r\n\r\n');
  });

  it.each([
    ['a stream of declared length', Readable.from([]), 7, 'Content-Length: 7', 7],
    ['a stream of unknown length', Readable.from([]), undefined, 'Transfer-Encoding: chunked', undefined],
    ['bytes, whatever was declared', Buffer.from('abc'), undefined, 'Content-Length: 3', 3],
    ['no bytes', Buffer.alloc(0), undefined, 'Content-Length: 0', 0],
    ['nothing', null, undefined, 'Content-Length: 0', 0],
  ])('frames %s', (_, body, bodyLength, framing, length) => {
    const request = toUpstreamRequest({ ...GET, method: 'POST', body, bodyLength });
    expect(request.head).toBe(`POST /a?b HTTP/1.1\r\nHost: x\r\n${framing}\r\n\r\n`);
    expect(request.bodyLength).toBe(length);
  });

  it('says nothing of a body where none is usual', () => {
    expect(toUpstreamRequest(GET).head).not.toMatch(/length|encoding/i);
    expect(toUpstreamRequest({ ...GET, method: 'DELETE' }).head).not.toMatch(/length|encoding/i);
  });

  it.each([
    ['a space in the target', { target: '/a HTTP/1.1' }],
    ['a line end in the target', { target: '/a\r\nX: y' }],
    ['a character whose lower half is LF in the target', { target: '/\u010a' }],
    ['no target', { target: '' }],
    ['a method that is no token', { method: 'GET /x' }],
  ])('is none with %s', (_, parts) => {
    expect(() => toUpstreamRequest({ ...GET, ...parts })).toThrow(
      expect.objectContaining({ code: 'ERR_UPSTREAM_REQUEST' }),
    );
  });
});

describe('a field line', () => {
  it.each([
    ['a line end in its value', 'X', 'a\r\nY: b'],
    ['LF in its value', 'X', 'a\nb'],
    ['NUL in its value', 'X', '\0'],
    ['a character whose lower half is CR', 'X', '\u010d'],
    ['a colon in its name', 'X:', 'a'],
    ['a line end in its name', 'X\r\nY', 'a'],
    ['no name', '', 'a'],
  ])('is none with %s', (_, name, value) => {
    expect(() => fieldLine(name, value)).toThrow(expect.objectContaining({ code: 'ERR_UPSTREAM_REQUEST' }));
  });
});
