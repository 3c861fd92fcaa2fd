import { z } from 'zod';
import { parseInput, toFieldErrors, toPointer } from './field-errors';

describe('toPointer', () => {
  it.each([
    [[], ''],
    [['methods', 'GET', 'auth_type'], '/methods/GET/auth_type'],
    [['upstreams', 0, 'url'], '/upstreams/0/url'],
    [['a/b', 'c~d'], '/a~1b/c~0d'],
  ])('writes %j as %j', (path, pointer) => {
    expect(toPointer(path)).toBe(pointer);
  });
});

describe('toFieldErrors', () => {
  it('points at each unknown field itself', () => {
    const { error } = z.strictObject({ inner: z.strictObject({}) }).safeParse({ inner: { a: 1, b: 2 } });
    expect(error && toFieldErrors(error)).toEqual([
      { pointer: '/inner/a', message: 'unknown field' },
      { pointer: '/inner/b', message: 'unknown field' },
    ]);
  });

  it('never repeats the refused value', () => {
    const schema = z.object({ key: z.string().regex(/^a$/), kind: z.enum(['x']), at: z.int() });
    const { error } = schema.safeParse({ key: 's3cret-key', kind: 's3cret-kind', at: 's3cret-at' });
    expect(JSON.stringify(error && toFieldErrors(error))).not.toContain('s3cret');
  });
});

describe('parseInput', () => {
  const schema = z.strictObject({ name: z.string(), inner: z.strictObject({ on: z.boolean('on must be a boolean') }) });

  it('says by name what is required', () => {
    expect(() => parseInput(schema, { inner: {} })).toThrow(
      expect.objectContaining({
        status: 400,
        errors: [
          { pointer: '/name', message: 'name is required' },
          { pointer: '/inner/on', message: 'on must be a boolean' },
        ],
      }),
    );
  });

  it('names a field once, however much is wrong with it', () => {
    const picky = z.strictObject({ size: z.int().min(3).multipleOf(2) });
    expect(() => parseInput(picky, { size: 1 })).toThrow(
      expect.objectContaining({ errors: [{ pointer: '/size', message: expect.any(String) }] }),
    );
  });
});
