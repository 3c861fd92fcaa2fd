import { Logger } from '@nestjs/common';
import { ForeignUserDirectory } from '../../src/users/foreign/foreign-user-directory';
import { reachableUsersServers, UsersScene } from '../support/user-tables';

Logger.overrideLogger(false);

const servers = reachableUsersServers();
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

describe.each(servers)('a table of users on $name', (server) => {
  const { quote, types } = server;
  let scene: UsersScene;
  const directories: ForeignUserDirectory[] = [];
  beforeAll(async () => {
    scene = await UsersScene.open(server);
  });
  afterAll(async () => {
    await Promise.all(directories.map((directory) => directory.onApplicationShutdown()));
    await scene?.close();
  });

  const directoryOf = (settings: Partial<Record<keyof typeof COLUMNS, string>>): ForeignUserDirectory => {
    const directory = new ForeignUserDirectory(scene.url, { ...COLUMNS, ...settings });
    directories.push(directory);
    return directory;
  };

  it('may have names that hold quotation marks, places and spaces', async () => {
    const names = { table: `us"er\`s]; ?`, id: `i"d\`] $1`, login: `lo'g?in @0`, password: `pass\`"]--` };
    await scene.run(
      `CREATE TABLE ${quote(names.table)} (${quote(names.id)} ${types.serial},
        ${quote(names.login)} varchar(200), ${quote(names.password)} varchar(200))`,
    );
    const directory = directoryOf({
      usersTable: names.table,
      usersColumnId: names.id,
      usersColumnLogin: names.login,
      usersColumnPassword: names.password,
    });
    const made = await directory.insert('ann@example.com', HASH);
    expect(made).toMatchObject({ userId: 1, login: 'ann@example.com' });
    await directory.setPasswordHash(1, 'another');
    expect(await directory.findByLogin('ANN@example.com')).toMatchObject({ passwordHash: 'another' });
  });

  it('gives numbers as numbers, and texts of digits as texts', async () => {
    await scene.run('CREATE TABLE texts (id varchar(40) PRIMARY KEY, email varchar(200), password varchar(200))');
    await scene.run(`INSERT INTO texts VALUES ('42', 'a@b.c', 'x'), ('42x', 'd@e.f', 'y')`);
    const texts = directoryOf({ usersTable: 'texts' });
    expect((await texts.findByLogin('a@b.c'))?.userId).toBe('42');
    expect((await texts.findById('42'))?.login).toBe('a@b.c');
    expect(await texts.findById(42)).toBeUndefined();
    await scene.run('CREATE TABLE numbers (id bigint PRIMARY KEY, email varchar(200), password varchar(200))');
    await scene.run(
      `INSERT INTO numbers VALUES (42, 'a@b.c', 'x'), (9007199254740993, 'd@e.f', 'y'), (9007199254740992, 'g@h.i', 'z')`,
    );
    const numbers = directoryOf({ usersTable: 'numbers' });
    expect((await numbers.findByLogin('a@b.c'))?.userId).toBe(42);
    expect((await numbers.findById(42))?.login).toBe('a@b.c');
    for (const id of ['42', '42x', 'x', '042']) expect(await numbers.findById(id)).toBeUndefined();
    expect((await numbers.findByLogin('d@e.f'))?.userId).toBe('9007199254740993');
    expect((await numbers.findById('9007199254740993'))?.login).toBe('d@e.f');
    await numbers.setPasswordHash('9007199254740993', 'new');
    expect((await numbers.findByLogin('g@h.i'))?.passwordHash).toBe('z');
  });

  it('gets an id from the gateway where its database makes none', async () => {
    await scene.run('CREATE TABLE uuids (id char(36) PRIMARY KEY, email varchar(200) UNIQUE, password varchar(200))');
    const made = await directoryOf({ usersTable: 'uuids' }).insert('a@b.c', HASH);
    expect(made?.userId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('gets the address as e-mail and user name, and an active user, as the predecessor’s did', async () => {
    await scene.run(
      `CREATE TABLE people (id ${types.serial}, email varchar(200), username varchar(200), password varchar(200), enabled ${types.boolean})`,
    );
    const directory = directoryOf({ usersTable: 'people', usersColumnLogin: 'username', usersColumnActive: 'enabled' });
    expect(await directory.insert('Ann@Example.com', HASH)).toMatchObject({ userId: 1, isActive: true });
    const [row] = await scene.run('SELECT email, username FROM people');
    expect(row).toEqual({ email: 'ann@example.com', username: 'ann@example.com' });
  });

  it('tells roles, activity and tenant in whatever form it has them', async () => {
    await scene.run(
      `CREATE TABLE rich (id ${types.serial}, email varchar(200), password varchar(200), list ${types.roles},
        text varchar(200), enabled ${types.boolean}, state varchar(20), tenant varchar(20), tenant_no int)`,
    );
    const list = server.name === 'PostgreSQL' ? `ARRAY['editor','re"ad,er']` : `'["editor", "re\\\\"ad,er"]'`;
    await scene.run(
      `INSERT INTO rich (email, password, list, text, enabled, state, tenant, tenant_no) VALUES
        ('on@x.y', 'x', ${list}, 'editor, reader', ${server.name === 'PostgreSQL' ? 'true' : '1'}, 'active', 'acme', 7),
        ('off@x.y', 'x', NULL, NULL, ${server.name === 'PostgreSQL' ? 'false' : '0'}, 'blocked', '', NULL),
        ('null@x.y', NULL, NULL, '', NULL, NULL, NULL, NULL)`,
    );
    const byList = directoryOf({
      usersTable: 'rich',
      usersColumnRoles: 'list',
      usersColumnActive: 'enabled',
      usersColumnTenant: 'tenant',
    });
    const byText = directoryOf({
      usersTable: 'rich',
      usersColumnRoles: 'text',
      usersColumnActive: 'state',
      usersColumnTenant: 'tenant_no',
    });
    // A role with a comma would be two to an upstream.
    expect(await byList.findByLogin('on@x.y')).toMatchObject({ roles: ['editor'], isActive: true, tenant: 'acme' });
    expect(await byText.findByLogin('on@x.y')).toMatchObject({
      roles: ['editor', 'reader'],
      isActive: true,
      tenant: '7',
    });
    for (const login of ['off@x.y', 'null@x.y']) {
      for (const directory of [byList, byText]) {
        const user = await directory.findByLogin(login);
        expect(user).toMatchObject({ roles: [], isActive: false });
        expect(user?.tenant).toBeUndefined();
      }
    }
    expect((await byList.findByLogin('null@x.y'))?.passwordHash).toBeUndefined();
  });

  it('answers nobody for a login that several rows have, unless one has just this case', async () => {
    await scene.run('CREATE TABLE doubles (id int PRIMARY KEY, email varchar(200), password varchar(200))');
    await scene.run(
      `INSERT INTO doubles VALUES (1, 'ann', 'x'), (2, 'ann', 'y'), (3, 'Bob', 'x'), (4, 'BOB', 'y'), (5, ' eve ', 'z')`,
    );
    const directory = directoryOf({ usersTable: 'doubles' });
    expect(await directory.findByLogin('ann')).toBeUndefined();
    expect((await directory.findByLogin('Bob'))?.userId).toBe(3);
    expect(await directory.findByLogin('bob')).toBeUndefined();
    expect(await directory.insert('bob', HASH)).toBeUndefined();
  });

  it('takes no other letter for the same, whatever the collation says', async () => {
    await scene.run(`CREATE TABLE old (id ${types.serial}, email ${types.foreignText}, password varchar(200))`);
    const directory = directoryOf({ usersTable: 'old' });
    await directory.insert('jose@example.com', HASH);
    expect(await directory.findByLogin('josé@example.com')).toBeUndefined();
    expect(await directory.findByLogin('😀@example.com')).toBeUndefined();
    expect(await directory.findByLogin('JOSE@example.com')).toBeDefined();
  });

  it('may lie in a schema, and may appear later', async () => {
    const schema = server.name === 'MariaDB' ? new URL(scene.url).pathname.slice(1) : 'crm';
    const directory = directoryOf({ usersTable: `${schema}.members` });
    await expect(directory.findByLogin('a@b.c')).rejects.toMatchObject({ code: 'dependency_unavailable' });
    if (schema === 'crm') await scene.run('CREATE SCHEMA crm');
    await scene.run(
      `CREATE TABLE ${quote(schema)}.members (id int PRIMARY KEY, email varchar(200), password varchar(200))`,
    );
    await scene.run(`INSERT INTO ${quote(schema)}.members VALUES (7, 'a@b.c', 'x')`);
    expect((await directory.findByLogin('A@b.c'))?.userId).toBe(7);
  });

  it('keeps what it was given out of its faults', async () => {
    await scene.run(`CREATE TABLE narrow (id ${types.serial}, email varchar(200), password varchar(20))`);
    const directory = directoryOf({ usersTable: 'narrow' });
    const fault = await directory.insert('ann@example.com', HASH).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'dependency_unavailable', headers: { 'Retry-After': '1' } });
    const { cause, stack, message } = fault as Error;
    const told = [String(cause), JSON.stringify(fault), JSON.stringify(cause), stack, message].join();
    expect(told).not.toContain(HASH);
    expect(told).not.toContain('ann@example.com');
    expect(await directory.findByLogin('ann@example.com')).toBeUndefined();
  });
});

describe.each(servers.filter(({ name }) => name === 'PostgreSQL'))('a database on $name in Latin-1', (server) => {
  it('has nobody whose name it could not write', async () => {
    const scene = await UsersScene.open(server, "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    await scene.run('CREATE TABLE users (id int PRIMARY KEY, email varchar(200), password varchar(200))');
    await scene.run(`INSERT INTO users VALUES (1, 'jose@example.com', 'x')`);
    const directory = new ForeignUserDirectory(scene.url, COLUMNS);
    expect(await directory.findByLogin('😀@example.com')).toBeUndefined();
    expect(await directory.findByLogin('josé@example.com')).toBeUndefined();
    expect((await directory.findByLogin('Jose@example.com'))?.userId).toBe(1);
    await directory.onApplicationShutdown();
    await scene.close();
  });
});

describe('a database of users that is away', () => {
  it('is a fault of each question, not of whoever asks later', async () => {
    const directory = new ForeignUserDirectory('postgres://nobody@127.0.0.1:9/nothing', COLUMNS);
    const asked = [directory.findByLogin('a@b.c'), directory.findById(1), directory.insert('a@b.c', HASH)];
    for (const { status, reason } of (await Promise.allSettled(asked)) as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(reason).toMatchObject({ code: 'dependency_unavailable', status: 503 });
    }
    await directory.onApplicationShutdown();
  });
});
