import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { MigrationColumns, NULLABLE, PRIMARY } from './support/columns';

/** Which gateway processes live, and the revision each one serves. */
export class CreateInstances1768176000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    const instances = new Table({
      name: 'instances',
      columns: [
        column.uuid('instance_id', PRIMARY),
        column.string('host', 255),
        column.integer('pid'),
        column.integer('worker', NULLABLE),
        column.string('version', 64),
        column.bigint('revision'),
        column.timestamp('started_at'),
        column.timestamp('seen_at'),
      ],
    });
    await queryRunner.createTable(instances, false);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('instances');
  }
}
