import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';
import { MigrationColumns, NULLABLE } from './support/columns';

/** What the certificate of a client is recognised by. */
export class AddCertificateMarks1767571200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const mark = new MigrationColumns(queryRunner).text('mark', NULLABLE);
    await queryRunner.addColumn('credentials', new TableColumn(mark));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropColumn('credentials', 'mark');
  }
}
