import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { MigrationColumns, NULLABLE } from './support/columns';

/** What of an API key a backup has to hold, so that the key works under another master key. */
export class AddSealedKeyDigests1768435200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    await queryRunner.addColumn('credentials', new TableColumn(column.text('sealed_sha256', NULLABLE)));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropColumn('credentials', 'sealed_sha256');
  }
}
