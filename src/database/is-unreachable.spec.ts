import { QueryFailedError } from 'typeorm';
import { DatabaseAwayError } from './database-away-error';
import { isUnreachable } from './is-unreachable';

const coded = (code: string, message = 'told by the driver') => Object.assign(new Error(message), { code });

describe('a database', () => {
  it.each([
    ['refuses connections', coded('ECONNREFUSED')],
    [
      'is at several addresses, none of which answers',
      new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]),
    ],
    ['has a name that cannot be looked up now', coded('EAI_AGAIN')],
    ['is starting (PostgreSQL)', coded('57P03')],
    ['is stopping (PostgreSQL)', coded('57P01')],
    ['has no connection left (PostgreSQL)', coded('53300')],
    ['broke the connection (PostgreSQL)', new Error('Connection terminated unexpectedly')],
    ['is stopping (MariaDB)', coded('ER_SERVER_SHUTDOWN')],
    ['broke the connection (MariaDB)', coded('PROTOCOL_CONNECTION_LOST')],
    ['broke the connection (SQL Server)', coded('ESOCKET')],
    ['broke the connection in a query', new QueryFailedError('SELECT 1', [], coded('ECONNRESET'))],
    ['could not be opened', new Error('The database cannot be opened', { cause: coded('ETIMEDOUT') })],
    ['is known to be away', new DatabaseAwayError(new Error('whatever it was'))],
  ])('that %s may come back by itself', (_, error) => {
    expect(isUnreachable(error)).toBe(true);
  });

  it.each([
    ['refuses the password (PostgreSQL)', coded('28P01')],
    ['does not exist (PostgreSQL)', coded('3D000')],
    ['refuses the password (MariaDB)', coded('ER_ACCESS_DENIED_ERROR')],
    ['does not exist (MariaDB)', coded('ER_BAD_DB_ERROR')],
    ['refuses the password (SQL Server)', coded('ELOGIN')],
    ['has no such table', new QueryFailedError('SELECT 1', [], coded('42P01'))],
    ['was written with another master key', new Error('This database was written with another master key')],
    ['threw no error at all', 'a text'],
  ])('that %s never does', (_, error) => {
    expect(isUnreachable(error)).toBe(false);
  });
});
