import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor';

const schema = z.string().transform(decodeCursor);
const id = '0198c2f3-4a20-7b06-9d15-2e8b7c1f0a44';

describe('cursor', () => {
  it('is read back as the place it was made for', () => {
    const place = { createdAt: new Date(1_700_000_000_123), id };
    const text = encodeCursor(place);
    expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(schema.parse(text)).toEqual(place);
  });

  it.each(['', 'x', 'bnVsbA', Buffer.from('[1]').toString('base64url'), Buffer.from('[-1,"a"]').toString('base64url')])(
    'refuses %j',
    (text) => {
      expect(schema.safeParse(text).success).toBe(false);
    },
  );
});
