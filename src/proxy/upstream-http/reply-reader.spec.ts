import fc from 'fast-check';
import { anyReply } from '../../../test/support/any-reply';
import { readReply } from '../../../test/support/read-reply';

const OK = 'HTTP/1.1 200 OK\r\n';

describe('a reply', () => {
  it.each([
    ['a sized one', 'GET', `${OK}A: 1\r\nContent-Length: 5\r\nB:2\r\n\r\nhello`, ['A', '1', 'B', '2'], 'hello'],
    ['an empty one', 'GET', `${OK}Content-Length: 0\r\n\r\n`, [], ''],
    [
      'a chunked one',
      'GET',
      `${OK}Transfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n01;a=b\r\n!\r\n0\r\n\r\n`,
      [],
      'hello!',
    ],
    ['one without a reason', 'GET', 'HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx', [], 'x'],
    ['one to HEAD', 'HEAD', `${OK}Content-Length: 5\r\n\r\n`, [], ''],
    ['a chunked one to HEAD', 'HEAD', `${OK}Transfer-Encoding: chunked\r\n\r\n`, [], ''],
    ['a 204', 'GET', 'HTTP/1.1 204 No Content\r\nA:\r\n\r\n', ['A', ''], ''],
    ['a 304 with the length of what it stands for', 'GET', 'HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n', [], ''],
    ['Latin-1 and tabs', 'GET', `${OK}A: \t\xfcb\ter \t\r\nContent-Length: 0\r\n\r\n`, ['A', '\xfcb\ter'], ''],
    ['repeated fields', 'GET', `${OK}A: 1\r\na: 2\r\nContent-Length: 0\r\n\r\n`, ['A', '1', 'a', '2'], ''],
    [
      'hop-by-hop fields',
      'GET',
      `${OK}Connection: X-Hop , keep-alive\r\nX-HOP: 1\r\nkeep-ALIVE: timeout=5\r\nTE: x\r\nTrailer: x\r\nUpgrade: x\r\n` +
        'Proxy-Connection: x\r\nProxy-Authenticate: x\r\nA: 1\r\nContent-Length: 0\r\n\r\n',
      ['A', '1'],
      '',
    ],
  ])('is read whole: %s', (_, method, bytes, fields, body) => {
    const reply = readReply(bytes, { method });
    expect(reply).toMatchObject({ outcome: 'complete', fields, body, hasSurplus: false, isPersistent: true });
  });

  it('tells its status and reason, and the length of its body', () => {
    const reply = readReply('HTTP/1.1 418 Short \xe4nd stout\r\nContent-Length: 0001\r\n\r\nx');
    expect(reply).toMatchObject({ status: 418, message: 'Short \xe4nd stout', contentLength: 1 });
  });

  it('ends with its connection where it says no length, and not before', () => {
    const bytes = `${OK}A: 1\r\n\r\nall of it`;
    expect(readReply(bytes)).toMatchObject({ outcome: 'incomplete', body: 'all of it' });
    expect(readReply(bytes, { closes: true })).toMatchObject({
      outcome: 'complete',
      body: 'all of it',
      isPersistent: false,
    });
  });

  it('comes after interim ones', () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
    const reply = readReply(`HTTP/1.1 100 Continue\r\n\r\n${hints}${hints}${OK}Content-Length: 1\r\n\r\nx`);
    expect(reply).toMatchObject({ outcome: 'complete', status: 200, body: 'x' });
    expect(reply.informations).toEqual([
      [100, []],
      [103, ['Link', '</a>']],
      [103, ['Link', '</a>']],
    ]);
  });

  it('has trailers, but none that frame', () => {
    const trailers = 'X-Sum: abc\r\nContent-Length: 3\r\nConnection: x\r\n';
    const reply = readReply(`${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n${trailers}\r\n`);
    expect(reply).toMatchObject({ outcome: 'complete', trailers: ['X-Sum', 'abc'] });
  });

  it.each([
    ['close', false],
    ['Keep-Alive, CLOSE', false],
    ['keep-alive', true],
    ['x-closed', true],
  ])('lets another one follow unless Connection says close: %s', (connection, isPersistent) => {
    expect(readReply(`${OK}Connection: ${connection}\r\nContent-Length: 0\r\n\r\n`)).toMatchObject({ isPersistent });
  });

  it('of HTTP/1.0 lets another one follow only when it says so', () => {
    const old = 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n';
    expect(readReply(`${old}\r\n`)).toMatchObject({ outcome: 'complete', isPersistent: false });
    expect(readReply(`${old}Connection: Keep-Alive\r\n\r\n`)).toMatchObject({ isPersistent: true });
  });

  it('without a body that announces one lets none follow', () => {
    const reply = readReply('HTTP/1.1 204 x\r\nContent-Length: 3\r\n\r\n');
    expect(reply).toMatchObject({ outcome: 'complete', isPersistent: false });
    expect(readReply('HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n')).toMatchObject({ isPersistent: false });
  });

  it.each([
    ['another reply', 'GET', `${OK}Content-Length: 1\r\n\r\nx${OK}Content-Length: 0\r\n\r\n`, 'x'],
    ['an octet behind a sized body', 'GET', `${OK}Content-Length: 1\r\n\r\nxy`, 'x'],
    ['an octet behind the last chunk', 'GET', `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n0`, ''],
    ['a body to HEAD', 'HEAD', `${OK}Content-Length: 1\r\n\r\nx`, ''],
    ['a body of a 304', 'GET', 'HTTP/1.1 304 x\r\nContent-Length: 1\r\n\r\nx', ''],
  ])('says when more comes than it has: %s', (_, method, bytes, body) => {
    expect(readReply(bytes, { method })).toMatchObject({ outcome: 'complete', body, hasSurplus: true });
  });

  it('reads one reply after the other of a connection afresh', () => {
    const first = `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nT: 1\r\n\r\n`;
    expect(readReply(first, { before: first })).toEqual(readReply(first));
    const second = `${OK}Content-Length: 2\r\n\r\nab`;
    expect(readReply(second, { before: first })).toEqual(readReply(second));
  });
});

describe('bytes that are no reply', () => {
  const head = (lines: string) => `${OK}${lines}\r\n\r\n`;
  const chunked = (body: string) => `${OK}Transfer-Encoding: chunked\r\n\r\n${body}`;

  it.each([
    ['no status line', 'this is not HTTP\r\n\r\n'],
    ['an empty line first', `\r\n${OK}\r\n`],
    ['another protocol', 'ICY 200 OK\r\n\r\n'],
    ['lower case', 'http/1.1 200 OK\r\n\r\n'],
    ['HTTP/2', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n'],
    ['HTTP/1.10', 'HTTP/1.10 200 OK\r\n\r\n'],
    ['two spaces', 'HTTP/1.1  200 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a status under 100', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['a status with a sign', 'HTTP/1.1 +20 OK\r\n\r\n'],
    ['a status line that ends in LF', 'HTTP/1.1 200 OK\nA: 1\r\n\r\n'],
    ['NUL in a reason', 'HTTP/1.1 200 O\0K\r\n\r\n'],
    ['a field that ends in LF', head('A: 1\nB: 2')],
    ['a bare CR in a value', head('A: 1\rB: 2')],
    ['a bare CR before a field', head('A: 1\rxB: 2')],
    ['a bare CR behind a reason', 'HTTP/1.1 200 OK\rxA: 1\r\n\r\n'],
    ['a bare CR for an empty line', 'HTTP/1.1 204 x\r\nA: 1\r\n\rx'],
    ['NUL in a value', head('A: 1\x002')],
    ['a control character in a value', head('A: 1\x1f')],
    ['DEL in a value', head('A: \x7f')],
    ['a folded line', head('A: 1\r\n 2')],
    ['a line folded with a tab', head('A: 1\r\n\t2')],
    ['a space before the first name', head(' A: 1')],
    ['a space before a colon', head('A : 1')],
    ['no colon', head('A')],
    ['no name', head(': 1')],
    ['a name that is no token', head('A\xe4: 1')],
    ['a name in parentheses', head('A(b): 1')],
    ['both lengths', head('Content-Length: 1\r\nTransfer-Encoding: chunked')],
    ['both lengths the other way', head('Transfer-Encoding: chunked\r\nContent-Length: 1')],
    ['two lengths', head('Content-Length: 1\r\nContent-Length: 2')],
    ['the same length twice', head('Content-Length: 1\r\ncontent-length: 1')],
    ['a list of lengths', head('Content-Length: 1, 1')],
    ['a signed length', head('Content-Length: +1')],
    ['a negative length', head('Content-Length: -1')],
    ['a hexadecimal length', head('Content-Length: 0x1')],
    ['a length with a space in it', head('Content-Length: 1 0')],
    ['an empty length', head('Content-Length:')],
    ['a length beyond all bounds', head('Content-Length: 9999999999999999')],
    ['gzip and chunked', head('Transfer-Encoding: gzip, chunked')],
    ['chunked twice', head('Transfer-Encoding: chunked, chunked')],
    ['chunked in two fields', head('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked')],
    ['identity', head('Transfer-Encoding: identity')],
    ['chunked with a parameter', head('Transfer-Encoding: chunked;a')],
    ['a quoted chunked', head('Transfer-Encoding: "chunked"')],
    ['an empty coding', head('Transfer-Encoding:')],
    ['chunked in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a change of protocol', 'HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n'],
    ['an interim reply with a body', 'HTTP/1.1 103 x\r\nContent-Length: 1\r\n\r\nx'],
    ['a chunked interim reply', 'HTTP/1.1 100 x\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['an endless run of interim replies', 'HTTP/1.1 103 x\r\n\r\n'.repeat(33)],
    ['an endless head', head(`A: ${'x'.repeat(33_000)}`)],
    ['a head of endless fields', head(`${'A: 1\r\n'.repeat(6_000)}B: 1`)],
    ['an empty chunk size', chunked('\r\n')],
    ['a chunk size that is no number', chunked('g\r\n')],
    ['a chunk size with a sign', chunked('+1\r\nx')],
    ['a chunk size like a literal', chunked('0x1\r\nx')],
    ['a space before a chunk size', chunked(' 1\r\nx')],
    ['a space behind a chunk size', chunked('1 \r\nx')],
    ['a chunk size beyond all bounds', chunked('1000000000000\r\n')],
    ['a chunk size that ends in LF', chunked('1\nx\r\n')],
    ['a chunk size that ends in CR', chunked('1\rx\r\n')],
    ['a chunk longer than its size', chunked('1\r\nxy\r\n')],
    ['a chunk that ends in LF', chunked('1\r\nx\n0\r\n')],
    ['a chunk that ends in CR', chunked('1\r\nx\r0\r\n')],
    ['a bare LF in a chunk extension', chunked('1;a\nb\r\nx')],
    ['NUL in a chunk extension', chunked('1;a\0\r\nx')],
    ['endless chunk extensions', chunked(`1;${'a'.repeat(9_000)}\r\nx\r\n1;${'a'.repeat(9_000)}\r\nx\r\n`)],
    ['a folded trailer', chunked('0\r\nA: 1\r\n b\r\n\r\n')],
    ['a trailer with a space before its colon', chunked('0\r\nA : 1\r\n\r\n')],
    ['endless trailers', chunked(`0\r\n${'A: 1\r\n'.repeat(6_000)}\r\n`)],
    ['two codings among the trailers', chunked('0\r\nTransfer-Encoding: a\r\n\r\n')],
  ])('are a fault: %s', (_, bytes) => {
    expect(readReply(bytes)).toMatchObject({ outcome: 'ERR_UPSTREAM_REPLY' });
  });

  it.each([
    ['before it began', ''],
    ['in its status line', 'HTTP/1.'],
    ['in its head', `${OK}A: 1\r\n`],
    ['in a sized body', `${OK}Content-Length: 2\r\n\r\nx`],
    ['in a chunk', chunked('2\r\nx')],
    ['before the last chunk', chunked('1\r\nx\r\n')],
    ['in the trailers', chunked('0\r\nA: 1\r\n')],
  ])('are a fault when the connection ends %s', (_, bytes) => {
    expect(readReply(bytes, { closes: true })).toMatchObject({ outcome: 'ERR_UPSTREAM_CUT' });
  });

  it('are found out as soon as they cannot be a reply any more', () => {
    for (const bytes of ['x', 'HTTP/2', 'HTTP/1.1 2x', 'HTTP/1.1 200 OK\n', `${OK}A: 1\r\n `]) {
      expect(readReply(bytes)).toMatchObject({ outcome: 'ERR_UPSTREAM_REPLY' });
    }
  });

  it('leave nothing of themselves to the reply, wherever in a read they begin', () => {
    expect(readReply(`${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nleaked`).body).toBe('');
    expect(readReply(chunked('4\r\ngood\r\n!bad')).body).toBe('');
  });
});

describe('the same bytes', () => {
  it('are the same reply, however they are cut into reads', () => {
    const cut = fc.tuple(anyReply, fc.array(fc.nat({ max: 200 }), { maxLength: 12 }), fc.boolean());
    fc.assert(
      fc.property(cut, ([bytes, cuts, closes]) => {
        const whole = readReply(bytes, { closes });
        const parts = readReply(bytes, { closes, cuts });
        const each = readReply(bytes, { closes, cuts: Array.from({ length: bytes.length }, (_, at) => at) });
        for (const other of [parts, each]) {
          expect(other.outcome).toBe(whole.outcome);
          // A fault takes its read with it: less in one, more in many, and never anything else.
          if (whole.outcome.startsWith('ERR')) expect(other.body.startsWith(whole.body)).toBe(true);
          else expect({ ...other, hasSurplus: whole.hasSurplus }).toEqual(whole);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
