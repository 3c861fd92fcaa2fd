import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { findVectors } from '../../test/support/vectors';
import { SIGNATURE_SCHEMES, timestamped } from './signature-scheme';

const FILE = findVectors('webhook.json');
const NOW = 1_708_300_000;
const BODY = Buffer.from('{"event_id":"1","event_type":"user.verified"}');
const SECRET = 'test_webhook_secret';
const STANDARD_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const hexOf = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');
const flipped = (body: Buffer, bit: number) => {
  const copy = Buffer.from(body);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

describe('the timestamped scheme', () => {
  const scheme = timestamped('x-aegis');
  const signed = (timestamp = String(NOW), secret = SECRET) => ({
    'x-aegis-timestamp': timestamp,
    'x-aegis-signature': `sha256=${hexOf(secret, `${timestamp}.${BODY}`)}`,
  });
  const fault = (headers: Record<string, string | string[]>, body = BODY, atSeconds = NOW) =>
    scheme.findFault({ headers, body, atMs: atSeconds * 1000 }, SECRET);

  it('takes what was signed now, in digits of either case', () => {
    expect(fault(signed())).toBeUndefined();
    const { 'x-aegis-signature': signature } = signed();
    expect(fault({ ...signed(), 'x-aegis-signature': `sha256=${signature.slice(7).toUpperCase()}` })).toBeUndefined();
  });

  it.each([-300, -1, 300])('takes what was signed %d seconds from now', (seconds) => {
    expect(fault(signed(String(NOW + seconds)))).toBeUndefined();
  });

  it.each([-301, 301, 1e9])('refuses what was signed %d seconds from now', (seconds) => {
    expect(fault(signed(String(NOW + seconds)))).toBe('signature');
  });

  it('refuses every single bit that differs', () => {
    for (let bit = 0; bit < BODY.length * 8; bit += 1) expect(fault(signed(), flipped(BODY, bit))).toBe('signature');
    const hex = signed()['x-aegis-signature'].slice(7);
    for (let bit = 0; bit < 256; bit += 1) {
      const wrong = flipped(Buffer.from(hex, 'hex'), bit).toString('hex');
      expect(fault({ ...signed(), 'x-aegis-signature': `sha256=${wrong}` })).toBe('signature');
    }
    expect(fault({ ...signed(), 'x-aegis-timestamp': String(NOW + 1) })).toBe('signature');
    expect(fault(signed(String(NOW), `${SECRET}!`))).toBe('signature');
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['no signature', { 'x-aegis-signature': '' }],
    ['another algorithm', { 'x-aegis-signature': `sha512=${'0'.repeat(64)}` }],
    ['a short signature', { 'x-aegis-signature': `sha256=${'0'.repeat(63)}` }],
    ['a long signature', { 'x-aegis-signature': `sha256=${'0'.repeat(65)}` }],
    ['two signatures', { 'x-aegis-signature': [`sha256=${'0'.repeat(64)}`] }],
    ['no timestamp', { 'x-aegis-timestamp': '' }],
    ['a signed timestamp', { 'x-aegis-timestamp': `+${NOW}` }],
    ['a timestamp with a fraction', { 'x-aegis-timestamp': `${NOW}.0` }],
    ['a timestamp in hex', { 'x-aegis-timestamp': '0x10' }],
    ['a timestamp without end', { 'x-aegis-timestamp': '1'.repeat(400) }],
    ['a timestamp with a space', { 'x-aegis-timestamp': `${NOW} ` }],
  ])('refuses the header fields of %s', (_, fields) => {
    expect(fault({ ...signed(), ...fields })).toBe('header');
  });
});

describe('the scheme of Standard Webhooks', () => {
  const { standard } = SIGNATURE_SCHEMES;
  const sign = (id: string, seconds = NOW, body = BODY) =>
    new Webhook(STANDARD_SECRET).sign(id, new Date(seconds * 1000), body.toString());
  const fields = (id = 'msg_1', seconds = NOW) => ({
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': sign(id, seconds),
  });
  const fault = (headers: Record<string, string>, body = BODY) =>
    standard.findFault({ headers, body, atMs: NOW * 1000 }, STANDARD_SECRET);

  it('takes what the library of the standard signs, one of several signatures too', () => {
    expect(fault(fields())).toBeUndefined();
    const several = `v1,${'A'.repeat(43)}= v1a,x ${sign('msg_1')}`;
    expect(fault({ ...fields(), 'webhook-signature': several })).toBeUndefined();
  });

  it('refuses another id, time, body or version, and what is not of now', () => {
    expect(fault({ ...fields(), 'webhook-id': 'msg_2' })).toBe('signature');
    expect(fault({ ...fields(), 'webhook-timestamp': String(NOW + 1) })).toBe('signature');
    for (let bit = 0; bit < BODY.length * 8; bit += 1) expect(fault(fields(), flipped(BODY, bit))).toBe('signature');
    expect(fault({ ...fields(), 'webhook-signature': sign('msg_1').replace('v1,', 'v2,') })).toBe('signature');
    expect(fault(fields('msg_1', NOW - 301))).toBe('signature');
    expect(fault(fields('msg_1', NOW + 301))).toBe('signature');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('refuses a missing %s', (name) => {
    expect(fault({ ...fields(), [name]: '' })).toBe('header');
  });

  it('reads the id from its field and the type from the body', () => {
    expect(standard.describe(fields(), { type: 'a.b', event_type: 'c.d' })).toEqual({
      id: 'msg_1',
      type: 'a.b',
      unsignedType: undefined,
    });
  });
});

if (FILE !== undefined) {
  const { vectors } = JSON.parse(readFileSync(FILE, 'utf8')) as { vectors: Record<string, string>[] };

  it.each(vectors)('a delivery of Aegis is good at its time: $signature', (vector) => {
    const { secret = '', timestamp = '', signature = '', body = '' } = vector;
    const headers = { 'x-aegis-timestamp': timestamp, 'x-aegis-signature': signature };
    const delivery = { headers, body: Buffer.from(body), atMs: Number(timestamp) * 1000 };
    expect(timestamped('x-aegis').findFault(delivery, secret)).toBeUndefined();
    expect(timestamped('x-aegis').findFault({ ...delivery, atMs: Date.now() }, secret)).toBe('signature');
  });
} else {
  it.skip('is not run: the vectors are not beside the repository', () => {});
}
