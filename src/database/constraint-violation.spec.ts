import { QueryFailedError } from 'typeorm';
import { isForeignKeyViolation, isUniqueViolation } from './constraint-violation';

const failed = (driverError: object): QueryFailedError =>
  new QueryFailedError('INSERT', [], Object.assign(new Error('refused'), driverError));

describe('a failed query', () => {
  it.each([{ code: '23505' }, { errno: 1062 }, { number: 2627 }, { number: 2601 }])(
    '%j is a unique violation',
    (cause) => {
      expect(isUniqueViolation(failed(cause))).toBe(true);
      expect(isForeignKeyViolation(failed(cause))).toBe(false);
    },
  );

  it.each([{ code: '23503' }, { errno: 1451 }, { errno: 1452 }, { number: 547 }])(
    '%j is a foreign key violation',
    (cause) => {
      expect(isForeignKeyViolation(failed(cause))).toBe(true);
      expect(isUniqueViolation(failed(cause))).toBe(false);
    },
  );

  it.each([
    failed({ code: '40001' }),
    new Error('23505'),
    Object.assign(new Error(), { code: '23505' }),
    null,
    '23505',
  ])('and any other fault is neither (%#)', (error) => {
    expect([isUniqueViolation(error), isForeignKeyViolation(error)]).toEqual([false, false]);
  });
});
