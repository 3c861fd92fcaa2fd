import { type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { anyReply } from '../../../test/support/any-reply';
import { readReply } from '../../../test/support/read-reply';

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'trailer', 'te', 'content-length']);

/** What Node's own client makes of bytes behind which the connection ends; undefined when it refuses them. */
async function readByNode(text: string, method: string): Promise<object | undefined> {
  const connection = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const call = request({ method, createConnection: () => connection });
  try {
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      call
        .on('response', resolve)
        .on('error', reject)
        .on('upgrade', () => reject(new Error('upgraded')));
      call.end();
      connection.push(Buffer.from(text, 'latin1'));
      connection.push(null);
    });
    let body = '';
    for await (const chunk of reply) body += (chunk as Buffer).toString('latin1');
    const { statusCode: status, statusMessage: message, rawTrailers: trailers } = reply;
    const fields = reply.rawHeaders.filter((_, at, all) => !HOP_BY_HOP.has((all[at & ~1] ?? '').toLowerCase()));
    return { status, message, fields, body, trailers };
  } catch {
    return undefined;
  } finally {
    connection.destroy();
  }
}

describe('the reader of replies', () => {
  it('accepts nothing that the client of Node refuses, and reads what both accept as that does', async () => {
    let both = 0;
    await fc.assert(
      fc.asyncProperty(anyReply, fc.constantFrom('GET', 'HEAD'), async (text, method) => {
        const read = readReply(text, { method, closes: true });
        if (read.outcome !== 'complete' || read.hasSurplus) return;
        const { status, message, fields, body, trailers } = read;
        expect(await readByNode(text, method)).toEqual({ status, message, fields, body, trailers });
        both += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(both).toBeGreaterThan(200);
  });
});
