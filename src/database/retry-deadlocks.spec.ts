import { QueryFailedError } from 'typeorm';
import { retryDeadlocks } from './retry-deadlocks';

const failed = (fields: object) => new QueryFailedError('UPDATE x', [], Object.assign(new Error('no'), fields));

describe('a transaction that may be repeated', () => {
  it.each([
    ['a deadlock of PostgreSQL', { code: '40P01' }],
    ['a serialization failure of PostgreSQL', { code: '40001' }],
    ['a deadlock of MySQL', { code: 'ER_LOCK_DEADLOCK', errno: 1213 }],
    ['a deadlock of SQL Server', { code: 'EREQUEST', number: 1205 }],
  ])('is repeated after %s', async (_, fields) => {
    const faults = [failed(fields), failed(fields)];
    const transaction = jest.fn(async () => {
      const fault = faults.shift();
      if (fault) throw fault;
      return 'done';
    });
    await expect(retryDeadlocks(transaction)).resolves.toBe('done');
    expect(transaction).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['a value that is taken', failed({ code: '23505' })],
    ['a lock that MySQL waited for in vain', failed({ code: 'ER_LOCK_WAIT_TIMEOUT', errno: 1205 })],
    ['an error of its own', new Error('40P01')],
  ])('is not repeated after %s', async (_, fault) => {
    const transaction = jest.fn().mockRejectedValue(fault);
    await expect(retryDeadlocks(transaction)).rejects.toBe(fault);
    expect(transaction).toHaveBeenCalledTimes(1);
  });

  it('is given up in the end', async () => {
    const transaction = jest.fn().mockRejectedValue(failed({ code: '40P01' }));
    await expect(retryDeadlocks(transaction)).rejects.toThrow('no');
    expect(transaction).toHaveBeenCalledTimes(4);
  });
});
