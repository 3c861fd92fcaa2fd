import fc from 'fast-check';

const status = fc.constantFrom(
  'HTTP/1.1 200 OK',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 204 x',
  'HTTP/1.1 304 x',
  'HTTP/1.1 500',
);
const field = fc.oneof(
  fc.constantFrom('Connection: close', 'Connection: keep-alive', 'Content-Length: 3', 'content-length:4', 'A : b'),
  fc.constantFrom('Transfer-Encoding: chunked', 'Transfer-Encoding: gzip', 'X: y', 'X:\t y \t', 'x', 'Trailer: T'),
);
const piece = fc.oneof(
  fc.constantFrom(
    '1\r\nx\r\n',
    '3;e=1\r\nabc\r\n',
    '0\r\n\r\n',
    '0\r\nT: 1\r\n\r\n',
    'abc',
    'HTTP/1.1 200 OK\r\n',
    '\r\n',
    '\n',
  ),
  fc.string({ maxLength: 8 }),
);
const interim = fc.constantFrom('', '', 'HTTP/1.1 100 x\r\n\r\n', 'HTTP/1.1 103 x\r\nLink: a\r\n\r\n');
/** Replies of every kind, right and wrong: some are complete, few are what they say. */
export const anyReply: fc.Arbitrary<string> = fc
  .tuple(interim, status, fc.array(field, { maxLength: 4 }), fc.array(piece, { maxLength: 5 }))
  .map(([before, line, fields, pieces]) => `${before}${[line, ...fields].join('\r\n')}\r\n\r\n${pieces.join('')}`);
