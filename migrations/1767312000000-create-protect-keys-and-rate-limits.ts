import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { MigrationColumns, NULLABLE, PRIMARY } from './support/columns';

/** The keys of protect mode, and what clients may call in a day. */
export class CreateProtectKeysAndRateLimits1767312000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    await queryRunner.createTable(protectKeys(column), false);
    await queryRunner.createTable(rateLimits(column), false);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('rate_limits');
    await queryRunner.dropTable('protect_keys');
  }
}

function protectKeys(column: MigrationColumns): Table {
  return new Table({
    name: 'protect_keys',
    columns: [
      column.uuid('protect_key_id', PRIMARY),
      column.string('app', 200),
      column.fixed('digest', 64),
      column.string('masked', 64),
      column.text('secret'),
      column.timestamp('expires_at', NULLABLE),
      column.timestamp('created_at'),
      column.timestamp('updated_at'),
      column.bigint('revision'),
    ],
    indices: [
      { name: 'protect_keys_digest', columnNames: ['digest'], isUnique: true },
      { name: 'protect_keys_revision', columnNames: ['revision'] },
    ],
  });
}

function rateLimits(column: MigrationColumns): Table {
  return new Table({
    name: 'rate_limits',
    columns: [
      column.uuid('client_id', PRIMARY),
      column.integer('requests_per_day'),
      column.timestamp('created_at'),
      column.timestamp('updated_at'),
      column.bigint('revision'),
    ],
    foreignKeys: [
      {
        name: 'rate_limits_client_fk',
        columnNames: ['client_id'],
        referencedTableName: 'clients',
        referencedColumnNames: ['client_id'],
        onDelete: 'CASCADE',
        onUpdate: 'NO ACTION',
      },
    ],
  });
}
