import { hash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { openDatabase } from '../../src/database/open-database';
import { migrationsDigest } from './migrations-digest';
import { faultOf, newDatabaseName, onServer, type TestDatabase } from './test-database';

/** The MySQL or MariaDB of the tests. */
export const MYSQL_SERVER = 'mysql://root@127.0.0.1:3306';

/** Why that server cannot be used, undefined when it can. */
export function mysqlFault(): string | undefined {
  return faultOf(`require('mysql2/promise').createConnection({ uri: '${MYSQL_SERVER}', connectTimeout: 2000 })`);
}

/** An empty database of its own on that server. */
export async function createMysql(): Promise<TestDatabase> {
  const name = newDatabaseName();
  await onMysql((connection) => connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`));
  return onServer(`${MYSQL_SERVER}/${name}`, async () => {
    await onMysql((connection) => connection.query(`DROP DATABASE IF EXISTS ${name}`));
  });
}

/** A database of its own on that server with every table: what a migrated one had is replayed. */
export async function createMigratedMysql(): Promise<TestDatabase> {
  const dump = await migratedDump();
  const database = await createMysql();
  await onMysql((connection) => connection.query(dump), database.url);
  return database;
}

/** Made once on a machine for each version of the server and state of the migrations, and renamed into place whole. */
async function migratedDump(): Promise<string> {
  const [row] = await onMysql(async (connection) => {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT version() AS version');
    return rows;
  });
  const state = hash('sha256', `${row?.version} ${migrationsDigest()}`).slice(0, 16);
  const file = join(tmpdir(), `gatewarden-template-mysql-${state}.sql`);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const database = await createMysql();
  await (await openDatabase(database.url)).destroy();
  const dump = await onMysql(toDump, database.url);
  await database.drop();
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, dump);
  renameSync(draft, file);
  return dump;
}

async function toDump(connection: Connection): Promise<string> {
  const statements = ['SET FOREIGN_KEY_CHECKS = 0'];
  const [tables] = await connection.query<RowDataPacket[]>({ sql: 'SHOW TABLES', rowsAsArray: true });
  for (const { 0: table } of tables) {
    const [[created]] = await connection.query<RowDataPacket[]>(`SHOW CREATE TABLE ${table}`);
    statements.push(created?.['Create Table']);
    const [rows] = await connection.query<RowDataPacket[]>(`SELECT * FROM ${table}`);
    for (const row of rows) statements.push(connection.format(`INSERT INTO ${table} SET ?`, [row]));
  }
  return statements.join(';\n');
}

async function onMysql<T>(work: (connection: Connection) => Promise<T>, uri = MYSQL_SERVER): Promise<T> {
  const connection = await createConnection({ uri, multipleStatements: true, connectTimeout: 5000 });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
