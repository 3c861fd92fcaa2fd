import { z } from 'zod';
import { GatewardenError } from '../errors/gatewarden-error';
import { type Change, parseChange } from './change';

const schema = z.strictObject({
  name: z.string(),
  size: z.int().default(1),
  note: z.string().nullable().default(null),
});
const stored = { thing_id: 'a', name: 'old', size: 7, note: 'kept', created_at: 5, tags: [{ id: 1 }] };

const put = (body: Change['body']): Change => ({ body, merge: false, ifMatch: undefined });
const patch = (body: Change['body']): Change => ({ body, merge: true, ifMatch: undefined });

function errorsOf(change: Change) {
  try {
    parseChange(schema, change, stored);
  } catch (error) {
    if (error instanceof GatewardenError) return error.errors;
    throw error;
  }
  return [];
}

describe('parseChange', () => {
  it('replaces everything on PUT, omitted fields by their defaults', () => {
    expect(parseChange(schema, put({ name: 'new' }), stored)).toEqual({ name: 'new', size: 1, note: null });
  });

  it('keeps what a PATCH does not name', () => {
    expect(parseChange(schema, patch({ name: 'new' }), stored)).toEqual({ name: 'new', size: 7, note: 'kept' });
  });

  it('clears a nullable field on PATCH with null, and refuses null elsewhere', () => {
    expect(parseChange(schema, patch({ note: null }), stored)).toEqual({ name: 'old', size: 7, note: null });
    expect(errorsOf(patch({ size: null }))).toEqual([expect.objectContaining({ pointer: '/size' })]);
  });

  it('ignores server-made fields that say what is stored', () => {
    const body = { ...stored, name: 'new' };
    expect(parseChange(schema, put(body), stored)).toEqual({ name: 'new', size: 7, note: 'kept' });
  });

  it.each([
    ['another id', { name: 'n', thing_id: 'b' }, '/thing_id'],
    ['another time', { name: 'n', created_at: 6 }, '/created_at'],
    ['another list', { name: 'n', tags: [{ id: 2 }] }, '/tags'],
    ['an unknown field', { name: 'n', nme: 1 }, '/nme'],
    ['a name of Object.prototype', { name: 'n', toString: 1 }, '/toString'],
  ])('refuses %s by its pointer', (_, body, pointer) => {
    for (const change of [put(body), patch(body)]) {
      expect(errorsOf(change)).toEqual([{ pointer, message: expect.any(String) }]);
    }
  });
});
