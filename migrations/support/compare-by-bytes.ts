import type { QueryRunner } from 'typeorm';

/** By bytes and without padding: what MariaDB, and MySQL, call it. */
const COLLATIONS = ['utf8mb4_nopad_bin', 'utf8mb4_0900_bin'];

/**
 * Makes tables that are still to come tell “a”, “A”, “á” and “a ” apart on MySQL and MariaDB, where they would be one name.
 * PostgreSQL does so anyway, and on SQL Server the columns say it. Throws on a server that cannot.
 */
export async function compareByBytes(queryRunner: QueryRunner): Promise<void> {
  const { type } = queryRunner.connection.options;
  if (type !== 'mysql' && type !== 'mariadb') return;
  const rows: { name: string }[] = await queryRunner.query(
    `SELECT collation_name AS name FROM information_schema.collations WHERE collation_name IN ('${COLLATIONS.join("', '")}')`,
  );
  const found = COLLATIONS.find((collation) => rows.some(({ name }) => name === collation));
  if (!found) throw new Error('MySQL 8.0.17 or MariaDB 10.2 is needed: this server cannot compare text by bytes.');
  await queryRunner.query(`ALTER DATABASE CHARACTER SET utf8mb4 COLLATE ${found}`);
}
