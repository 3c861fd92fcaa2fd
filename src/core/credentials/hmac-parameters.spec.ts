import * as fc from 'fast-check';
import { holds } from '../../../test/support/holds';
import { type HmacParameterFault, parseHmacParameters } from './hmac-parameters';

const SIGNATURE = 'ab'.repeat(32);
const UUID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const RIGHT = { client_id: UUID, timestamp: '1700000000', nonce: 'n-1', signature: SIGNATURE };

const quoted = (fields: object) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
const READ = { clientName: UUID, timestamp: '1700000000', nonce: 'n-1', signature: Buffer.from(SIGNATURE, 'hex') };

describe('parseHmacParameters', () => {
  it.each([
    ['in the usual order', quoted(RIGHT)],
    ['in another order', quoted(Object.fromEntries(Object.entries(RIGHT).reverse()))],
    ['without quotes', `client_id=${UUID},timestamp=1700000000,nonce=n-1,signature=${SIGNATURE}`],
    ['with spaces around commas and signs', quoted(RIGHT).replaceAll(',', ' , ').replaceAll('=', ' = ')],
    ['with names nobody knows', `realm="x",${quoted(RIGHT)},realm="y",__proto__="z",toString=q"`],
    ['with an id in upper case', quoted({ ...RIGHT, client_id: UUID.toUpperCase() })],
  ])('reads parameters %s', (_, text) => {
    expect(parseHmacParameters(text)).toEqual(READ);
  });

  it('parts a value at the first = only, and leaves an alias as it is', () => {
    const text = quoted({ ...RIGHT, client_id: 'Legacy=7', nonce: ' a=b= ' });
    expect(parseHmacParameters(text)).toMatchObject({ clientName: 'Legacy=7', nonce: ' a=b= ' });
  });

  it.each<[string, string, HmacParameterFault]>([
    ['nothing', '', 'hmac_malformed'],
    ['a name without a value', 'client_id', 'hmac_malformed'],
    ['a comma at the end', `${quoted(RIGHT)},`, 'hmac_malformed'],
    ['a comma in a value', quoted({ ...RIGHT, nonce: 'a,b' }), 'hmac_malformed'],
    ['a quote within a value', quoted({ ...RIGHT, nonce: 'a"b' }), 'hmac_malformed'],
    ['a quote that does not end', `${quoted(RIGHT).slice(0, -1)}`, 'hmac_malformed'],
    ['a lone quote', quoted(RIGHT).replace('"n-1"', '"'), 'hmac_malformed'],
    ['a name twice', `${quoted(RIGHT)},nonce="n-2"`, 'hmac_parameter_repeated'],
    ['a name twice with one value', `${quoted(RIGHT)},signature="${SIGNATURE}"`, 'hmac_parameter_repeated'],
    ['a name twice, first empty', `nonce="",${quoted(RIGHT)}`, 'hmac_parameter_repeated'],
    [
      'no client',
      quoted({ ...RIGHT, client_id: undefined }).replace('client_id="undefined",', ''),
      'hmac_parameter_missing',
    ],
    ['names in upper case', quoted(RIGHT).replace('nonce', 'NONCE'), 'hmac_parameter_missing'],
    ['an empty client', quoted({ ...RIGHT, client_id: '' }), 'hmac_client_id_malformed'],
    ['a client with a space', quoted({ ...RIGHT, client_id: 'a b' }), 'hmac_client_id_malformed'],
    ['a client beyond ASCII', quoted({ ...RIGHT, client_id: 'ü' }), 'hmac_client_id_malformed'],
    ['a long client', quoted({ ...RIGHT, client_id: 'a'.repeat(256) }), 'hmac_client_id_malformed'],
    ['an empty nonce', quoted({ ...RIGHT, nonce: '' }), 'nonce_malformed'],
    ['a long nonce', quoted({ ...RIGHT, nonce: 'n'.repeat(257) }), 'nonce_malformed'],
    ['a control byte in a nonce', quoted({ ...RIGHT, nonce: 'a\tb' }), 'nonce_malformed'],
    ['a nonce beyond ASCII', quoted({ ...RIGHT, nonce: 'ü' }), 'nonce_malformed'],
  ])('refuses %s', (_, text, fault) => {
    expect(parseHmacParameters(text)).toBe(fault);
  });

  it.each(['', ' 1', '+1700000000', '-1', '1_7', '1.7e9', '0x10', '1700000000.0', '١٧', '1'.repeat(13)])(
    'refuses the timestamp “%s”',
    (timestamp) => expect(parseHmacParameters(quoted({ ...RIGHT, timestamp }))).toBe('timestamp_malformed'),
  );

  it.each([SIGNATURE.toUpperCase(), SIGNATURE.slice(1), `${SIGNATURE}a`, `${SIGNATURE}ab`, 'zz'.repeat(32), ''])(
    'refuses the signature “%s”',
    (signature) => expect(parseHmacParameters(quoted({ ...RIGHT, signature }))).toBe('hmac_signature_malformed'),
  );

  it('never throws, and reads only what is well-formed', () => {
    const part = fc.tuple(
      fc.constantFrom('client_id', 'timestamp', 'nonce', 'signature', 'x', ''),
      fc.constantFrom('=', '="', '', '=='),
      fc.oneof(fc.string(), fc.constantFrom('1700000000', SIGNATURE, UUID)),
      fc.constantFrom('"', '', '""', ' '),
    );
    holds(
      fc.property(
        fc.array(
          part.map((parts) => parts.join('')),
          { maxLength: 8 },
        ),
        (parts) => {
          const read = parseHmacParameters(parts.join(','));
          if (typeof read === 'string') return;
          expect(read.signature).toHaveLength(32);
          expect(read.timestamp).toMatch(/^[0-9]{1,12}$/);
          expect(read.nonce).toMatch(/^[\x20-\x7e]{1,256}$/);
        },
      ),
    );
  });
});
