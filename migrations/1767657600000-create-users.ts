import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { MigrationColumns, NULLABLE, PRIMARY } from './support/columns';

/** Not named `users`: the operator's own table may stand in the same database, and most often has that name. */
const TABLE = 'user_accounts';

export class CreateUsers1767657600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    const table = new Table({
      name: TABLE,
      columns: [
        column.uuid('user_id', PRIMARY),
        column.string('email', 254),
        column.string('password_hash', 255),
        column.json('roles'),
        column.string('tenant', 200, NULLABLE),
        column.boolean('active'),
        column.timestamp('email_verified_at', NULLABLE),
        column.timestamp('created_at'),
        column.timestamp('updated_at'),
      ],
      indices: [{ name: 'user_accounts_email', columnNames: ['email'], isUnique: true }],
    });
    await queryRunner.createTable(table, false);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable(TABLE);
  }
}
