import { parseDatabaseServer } from './database-server';
import { parseDatabaseUrl } from './database-url';

const POSTGRES = 'postgres://gw:secret@db/gw';
const MYSQL = 'mysql://gw:secret@db/gw';
const MSSQL = 'mssql://gw:secret@db/gw';

function faultOf(url: string): string {
  try {
    parseDatabaseUrl(url);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe('the URL of a database server', () => {
  it('says where it is, with what is percent-encoded in it decoded', () => {
    expect(parseDatabaseServer('mariadb://g%40w:p%2Fw%23%25@[::1]:3307/my%20db?pool_size=4&connect_timeout=3')).toEqual(
      {
        scheme: 'mariadb',
        host: '::1',
        port: 3307,
        username: 'g@w',
        password: 'p/w#%',
        database: 'my db',
        tls: undefined,
        poolSize: 4,
        connectTimeoutMs: 3000,
        session: { options: undefined, applicationName: undefined },
      },
    );
  });

  it.each([
    [POSTGRES, undefined],
    [`${POSTGRES}?sslmode=disable`, undefined],
    [`${POSTGRES}?sslmode=require`, 'identity'],
    [`${POSTGRES}?sslmode=verify-full`, 'identity'],
    [`${POSTGRES}?sslmode=verify-ca`, 'authority'],
    [`${POSTGRES}?sslmode=no-verify`, 'nothing'],
    [`${POSTGRES}?sslrootcert=ca.pem`, 'identity'],
    [`${MYSQL}`, undefined],
    [`${MYSQL}?ssl-mode=DISABLED`, undefined],
    [`${MYSQL}?ssl-mode=REQUIRED`, 'identity'],
    [`${MYSQL}?ssl-mode=VERIFY_CA`, 'authority'],
    [`${MYSQL}?ssl-mode=NO_VERIFY`, 'nothing'],
    [`${MYSQL}?ssl-ca=ca.pem`, 'identity'],
    [MSSQL, 'identity'],
    [`${MSSQL}?encrypt=false`, undefined],
    [`${MSSQL}?trustServerCertificate=true`, 'nothing'],
  ])('%s verifies %s of the server', (url, verify) => {
    expect(parseDatabaseServer(url).tls?.verify).toBe(verify);
  });

  it.each([
    [`${POSTGRES}?sslmod=require`, 'has the option sslmod; postgres:// takes pool_size, connect_timeout,'],
    [`${POSTGRES}?ssl=true`, 'has the option ssl; postgres:// takes'],
    [`${POSTGRES}?sslmode=prefer`, 'has an option sslmode that is none of disable, no-verify,'],
    [`${POSTGRES}?sslmode=toString`, 'has an option sslmode that is none of'],
    [`${POSTGRES}?sslmode=disable&sslrootcert=x`, 'has the option sslrootcert, and sslmode=disable: no TLS'],
    [
      `${POSTGRES}?sslmode=no-verify&sslrootcert=x`,
      'has the option sslrootcert, and sslmode=no-verify, which verifies nothing',
    ],
    [`${POSTGRES}?sslcert=x`, 'needs both or none of the options sslcert and sslkey'],
    [`${POSTGRES}?sslmode=require&sslmode=disable`, 'has the option sslmode twice'],
    [`${POSTGRES}?sslmode=`, 'has the option sslmode without a value'],
    [`${POSTGRES}?pool_size=1`, 'has an option pool_size that is no whole number from 2 to 1000'],
    [`${POSTGRES}?pool_size=1e3`, 'has an option pool_size that is no whole number'],
    [`${POSTGRES}?connect_timeout=0`, 'has an option connect_timeout that is no whole number'],
    [`${MYSQL}?sslmode=require`, 'has the option sslmode; mysql:// takes pool_size, connect_timeout, ssl-mode,'],
    ['mysql://gw:secret@10.0.0.1/gw?ssl-mode=REQUIRED', 'has an address where TLS needs a host name to verify'],
    [`${MYSQL}?ssl-mode=PREFERRED`, 'has an option ssl-mode that is none of'],
    [`${MSSQL}?encrypt=no`, 'has an option encrypt that is neither true nor false'],
    [`${MSSQL}?encrypt=false&trustServerCertificate=true`, 'has encrypt=false, and options for TLS'],
    [`${MSSQL}?trustServerCertificate=true&ca=x`, 'has the option ca, and trustServerCertificate=true'],
    ['mysql://gw:1/half?secret@db/gw', 'has something after its ? that is no option;'],
    ['postgres://gw@db/gw#secret', 'must not have a #'],
    ['postgres://gw:sec%ret@db/gw', 'has a password with a % that starts no code'],
  ])('%s is refused by name, without the password', (url, message) => {
    const fault = faultOf(url);
    expect(fault).toContain(message);
    expect(fault).not.toMatch(/secret|sec%ret/);
  });
});
