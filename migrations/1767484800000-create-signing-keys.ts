import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { MigrationColumns, NULLABLE, PRIMARY } from './support/columns';

export class CreateSigningKeys1767484800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(signingKeys(new MigrationColumns(queryRunner)), false);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('signing_keys');
  }
}

function signingKeys(column: MigrationColumns): Table {
  return new Table({
    name: 'signing_keys',
    columns: [
      column.uuid('kid', PRIMARY),
      column.string('algorithm', 16),
      column.text('private_key'),
      column.timestamp('activates_at'),
      column.timestamp('retires_at', NULLABLE),
      column.timestamp('created_at'),
      column.bigint('revision'),
    ],
    indices: [{ name: 'signing_keys_revision', columnNames: ['revision'] }],
  });
}
