import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { MigrationColumns, NULLABLE } from './support/columns';

/** Digest keys of their own, so that digests stay what they are when the master key changes. */
export class AddDigestKeys1768348800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    await queryRunner.addColumn('config_revision', new TableColumn(column.text('digest_keys', NULLABLE)));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropColumn('config_revision', 'digest_keys');
  }
}
