import { z } from 'zod';

/** The place behind one row of a list ordered by creation time and id. */
export interface Cursor {
  readonly createdAt: Date;
  readonly id: string;
}

const place = z.tuple([z.int().min(0).max(8.64e15), z.uuid()]);

/** An opaque, URL-safe text for a place in a list. */
export function encodeCursor({ createdAt, id }: Cursor): string {
  return Buffer.from(JSON.stringify([createdAt.getTime(), id])).toString('base64url');
}

/** Reads a cursor back as a zod transform; anything that is not one becomes a fault of the `cursor` field. */
export function decodeCursor(text: string, context: z.RefinementCtx): Cursor {
  try {
    const [createdAtMs, id] = place.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { createdAt: new Date(createdAtMs), id };
  } catch {
    context.addIssue({ code: 'custom', message: 'cursor must come from the Link header of a list' });
    return z.NEVER;
  }
}
