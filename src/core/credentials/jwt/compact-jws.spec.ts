import { encode, signHs256 } from '../../../../test/support/tokens';
import { decodeBase64url } from './base64url';
import { MAX_TOKEN_LENGTH, parseCompactJws } from './compact-jws';

const TOKEN = signHs256({ sub: 'ü' });
const [HEADER = '', PAYLOAD = '', SIGNATURE = ''] = TOKEN.split('.');

describe('parseCompactJws', () => {
  it('takes a token apart', () => {
    const jws = parseCompactJws(TOKEN);
    expect(jws).toMatchObject({ header: { alg: 'HS256', typ: 'JWT' }, signed: `${HEADER}.${PAYLOAD}` });
    expect(jws?.payload.toString()).toBe('{"sub":"ü"}');
    expect(jws?.signature.toString('base64url')).toBe(SIGNATURE);
  });

  it('leaves an empty payload or signature to whoever judges them', () => {
    expect(parseCompactJws(`${HEADER}..${SIGNATURE}`)?.payload).toHaveLength(0);
    expect(parseCompactJws(`${HEADER}.${PAYLOAD}.`)?.signature).toHaveLength(0);
  });

  it.each([
    ['nothing', ''],
    ['one part', HEADER],
    ['two parts', `${HEADER}.${PAYLOAD}`],
    ['four parts', `${TOKEN}.`],
    ['five parts, an encrypted token', `${TOKEN}.a.b`],
    ['no header', `.${PAYLOAD}.${SIGNATURE}`],
    ['dots only', '..'],
    ['the JSON serialization', JSON.stringify({ protected: HEADER, payload: PAYLOAD, signature: SIGNATURE })],
    ['a header that is no JSON', `${encode('x')}.${PAYLOAD}.${SIGNATURE}`],
    ['a header that is a list', `${encode([])}.${PAYLOAD}.${SIGNATURE}`],
    ['a header that says alg twice', `${encode('{"alg":"none","alg":"HS256"}')}.${PAYLOAD}.${SIGNATURE}`],
    ['padding', `${HEADER}.${PAYLOAD}.${SIGNATURE}=`],
    ['a space in front', ` ${TOKEN}`],
    ['a line end behind', `${TOKEN}\n`],
    ['a NUL behind', `${TOKEN}\0`],
    ['the other base64 alphabet', `${HEADER}.${PAYLOAD}.+/+/`],
    ['a letter too many in the header', `${HEADER}A.${PAYLOAD}.${SIGNATURE}`],
    ['stray bits at the end of the signature', `${HEADER}.${PAYLOAD}.${SIGNATURE.slice(0, -1)}${bump(SIGNATURE)}`],
    ['a percent-encoded dot', TOKEN.replace('.', '%2e')],
  ])('refuses %s', (_, token) => {
    expect(parseCompactJws(token)).toBeUndefined();
  });

  it('does not look at what is longer than 16 KiB', () => {
    const fill = (length: number) =>
      `${HEADER}.${'A'.repeat(length - HEADER.length - SIGNATURE.length - 2)}.${SIGNATURE}`;
    const longest = MAX_TOKEN_LENGTH - ((MAX_TOKEN_LENGTH - HEADER.length - SIGNATURE.length - 2) % 4);
    expect(parseCompactJws(fill(longest))).toBeDefined();
    expect(parseCompactJws(fill(longest + 4))).toBeUndefined();
  });
});

describe('decodeBase64url', () => {
  it.each(['', 'AA', 'AAA', 'AAAA', '-_-_'])('takes %j', (text) => {
    expect(decodeBase64url(text)?.toString('base64url')).toBe(text);
  });

  it.each(['A', 'AB', 'AAB', 'AAAAA', 'AA==', 'A A', 'AA\n', '+/+/', 'ÄA', 'AA.'])('refuses %j', (text) => {
    expect(decodeBase64url(text)).toBeUndefined();
  });
});

/** The last letter with its unused bits set: lenient decoders read the same bytes. */
function bump(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(text.at(-1) ?? '') + 1] ?? '';
}
