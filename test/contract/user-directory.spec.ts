import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../src/database/open-database';
import { ForeignUserDirectory } from '../../src/users/foreign/foreign-user-directory';
import { OwnUserDirectory } from '../../src/users/own-user-directory';
import type { UserDirectory } from '../../src/users/user-directory';
import { reachableDatabases } from '../support/databases';
import { reachableUsersServers, UsersScene } from '../support/user-tables';

Logger.overrideLogger(false);

const HASH = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
const COLUMNS = {
  usersTable: 'users',
  usersColumnId: 'id',
  usersColumnLogin: 'email',
  usersColumnPassword: 'password',
  usersColumnRoles: undefined,
  usersColumnActive: undefined,
  usersColumnTenant: undefined,
};

interface Opened {
  readonly directory: UserDirectory;
  close(): Promise<void>;
}

const own = reachableDatabases().map(({ name, create }) => ({
  name: `the gateway’s own, on ${name}`,
  async open(): Promise<Opened> {
    const database = await create();
    const dataSource: DataSource = await openDatabase(database.url);
    const close = async () => {
      await dataSource.destroy();
      await database.drop();
    };
    return { directory: new OwnUserDirectory(dataSource), close };
  },
}));

const foreign = reachableUsersServers().flatMap((server) =>
  ['UNIQUE', ''].map((unique) => ({
    name: `the operator’s, on ${server.name}${unique ? '' : ' without a unique index'}`,
    async open(): Promise<Opened> {
      const scene = await UsersScene.open(server);
      await scene.run(
        `CREATE TABLE users (id ${server.types.serial}, email varchar(254) NOT NULL ${unique}, password varchar(255))`,
      );
      const directory = new ForeignUserDirectory(scene.url, COLUMNS);
      const close = async () => {
        await directory.onApplicationShutdown();
        await scene.close();
      };
      return { directory, close };
    },
  })),
);

describe.each([...own, ...foreign])('the users that are $name', ({ open }) => {
  let opened: Opened;
  let directory: UserDirectory;
  beforeAll(async () => {
    opened = await open();
    directory = opened.directory;
  });
  afterAll(() => opened?.close());

  it('are found by their login in any case, and by their id', async () => {
    const made = await directory.insert(' Ann@Example.com', HASH);
    expect(made).toMatchObject({ login: 'ann@example.com', passwordHash: HASH, roles: [], isActive: true });
    expect(made?.tenant).toBeUndefined();
    expect(await directory.findByLogin('ANN@example.COM ')).toEqual(made);
    expect(made && (await directory.findById(made.userId))).toEqual(made);
    expect(await directory.findByLogin('bob@example.com')).toBeUndefined();
  });

  it('are made once, however many ask at the same time', async () => {
    const logins = ['twice@example.com', 'Twice@Example.com', 'twice@EXAMPLE.com', 'twice@example.com'];
    const made = await Promise.all(logins.map((login) => directory.insert(login, HASH)));
    expect(made.filter((user) => user !== undefined)).toHaveLength(1);
    expect(await directory.insert('twice@example.com', HASH)).toBeUndefined();
    expect(await directory.findByLogin('twice@example.com')).toBeDefined();
  });

  it('get another hash, and only the one it is meant for', async () => {
    const [one, other] = [await directory.insert('one@x.y', HASH), await directory.insert('other@x.y', HASH)];
    if (!one || !other) throw new Error('not made');
    await directory.setPasswordHash(one.userId, 'another');
    await directory.markVerified(one.userId);
    expect((await directory.findById(one.userId))?.passwordHash).toBe('another');
    expect((await directory.findById(other.userId))?.passwordHash).toBe(HASH);
  });

  it.each([
    ["' OR 1=1 --"],
    ["' OR '1'='1"],
    ["\\' OR 1=1 -- "],
    ['%'],
    ['_nn@example.com'],
    ['*'],
    [''],
    [' '],
    ['ann@example.com\0'],
    ['\0'],
    ['ann@example.com\n'.repeat(2)],
    ['\ud800'],
    ['😀@example.com'],
    ['a\u0308nn@example.com'],
    ['änn@example.com'],
    ['__proto__'],
    ['x'.repeat(1_000_000)],
    ['ann@example.com'.padEnd(300, 'm')],
  ])('are not found by %j', async (login) => {
    expect(await directory.findByLogin(login)).toBeUndefined();
  });

  it.each([
    [''],
    ['abc'],
    ["1' OR '1'='1"],
    ['1 OR 1=1'],
    ['\0'],
    ['\ud800'],
    [-1],
    [0],
    [1.5],
    [Number.NaN],
    [1e300],
    ['1'],
    ['9223372036854775808'],
    ['99999999999999999999999'],
    [randomUUID()],
    ['x'.repeat(1_000_000)],
  ])('are not found by the id %j, nor changed', async (id) => {
    expect(await directory.findById(id)).toBeUndefined();
    await directory.setPasswordHash(id, 'stolen');
    expect((await directory.findByLogin('ann@example.com'))?.passwordHash).toBe(HASH);
  });
});
