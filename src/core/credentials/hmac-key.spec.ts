import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { HmacKey } from './hmac-key';

const EMPTY = Buffer.alloc(0);

/** Where a message stops being hashed in one piece, give or take the block of the key. */
const LONG = 16 * 1024;

describe('a key of HMAC-SHA256', () => {
  // RFC 4231 section 4, whose fifth case is about a cut result.
  it.each([
    [1, '0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [2, '4a656665', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [3, 'aa'.repeat(20), '\xdd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
    [
      4,
      '0102030405060708090a0b0c0d0e0f10111213141516171819',
      '\xcd'.repeat(50),
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ],
    [
      6,
      'aa'.repeat(131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      7,
      'aa'.repeat(131),
      'This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.',
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('signs case %d of RFC 4231', (_, key, message, signature) => {
    const signing = new HmacKey(Buffer.from(key, 'hex'));
    expect(signing.sign(message, EMPTY).toString('hex')).toBe(signature);
    expect(signing.sign('', Buffer.from(message, 'latin1')).toString('hex')).toBe(signature);
  });

  it('signs as node:crypto does, whatever the key, the head and the body', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const latin1 = bytes.map((buffer) => buffer.toString('latin1'));
    const padding = fc.oneof(fc.constant(0), fc.integer({ min: LONG - 600, max: LONG + 100 }));
    holds(
      fc.property(bytes, latin1, bytes, padding, (key, head, body, zeros) => {
        const whole = Buffer.concat([body, Buffer.alloc(zeros)]);
        const expected = createHmac('sha256', key).update(head, 'latin1').update(whole).digest();
        expect(new HmacKey(key).sign(head, whole)).toEqual(expected);
      }),
    );
  });

  it('takes text as UTF-8', () => {
    const expected = createHmac('sha256', 'schlüssel').update('x').digest();
    expect(new HmacKey('schlüssel').sign('x', EMPTY)).toEqual(expected);
  });

  it('signs the same again, and what it signed stays', () => {
    const [one, other] = [new HmacKey('one'), new HmacKey('other')];
    const first = one.sign('a', EMPTY);
    const kept = Buffer.from(first);
    other.sign('a much longer message', EMPTY);
    expect(first).toEqual(kept);
    expect(one.sign('a', EMPTY)).toEqual(kept);
  });

  it('shows nothing of its secret when it is printed', () => {
    const key = new HmacKey('\xff'.repeat(64));
    expect(inspect(key, { depth: 9, showHidden: true })).not.toMatch(/\d/);
    expect(JSON.stringify({ key })).toBe('{"key":{}}');
  });
});
