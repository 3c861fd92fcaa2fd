import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { MigrationColumns, NULLABLE, PRIMARY } from './support/columns';

export class CreateIssuers1767398400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    await queryRunner.createTable(issuers(column), false);
    await queryRunner.createTable(revokedTokens(column), false);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('revoked_tokens');
    await queryRunner.dropTable('issuers');
  }
}

function issuers(column: MigrationColumns): Table {
  return new Table({
    name: 'issuers',
    columns: [
      column.uuid('issuer_id', PRIMARY),
      column.string('name', 200),
      column.string('type', 16),
      column.text('issuer', NULLABLE),
      column.text('jwks_url', NULLABLE),
      column.text('secret', NULLABLE),
      column.text('public_key', NULLABLE),
      column.json('introspection', NULLABLE),
      column.text('introspection_secret', NULLABLE),
      column.json('audiences'),
      column.json('algorithms'),
      column.integer('clock_skew_seconds'),
      column.json('claims'),
      column.boolean('enabled'),
      column.timestamp('created_at'),
      column.timestamp('updated_at'),
      column.bigint('revision'),
    ],
    indices: [
      { name: 'issuers_name', columnNames: ['name'], isUnique: true },
      { name: 'issuers_revision', columnNames: ['revision'] },
    ],
  });
}

function revokedTokens(column: MigrationColumns): Table {
  return new Table({
    name: 'revoked_tokens',
    columns: [
      column.uuid('revoked_token_id', PRIMARY),
      column.uuid('issuer_id'),
      column.text('jti'),
      column.timestamp('expires_at', NULLABLE),
      column.timestamp('created_at'),
      column.bigint('revision'),
    ],
    indices: [
      { name: 'revoked_tokens_issuer_id', columnNames: ['issuer_id'] },
      { name: 'revoked_tokens_expires_at', columnNames: ['expires_at'] },
      { name: 'revoked_tokens_revision', columnNames: ['revision'] },
    ],
    foreignKeys: [
      {
        name: 'revoked_tokens_issuer_fk',
        columnNames: ['issuer_id'],
        referencedTableName: 'issuers',
        referencedColumnNames: ['issuer_id'],
        onDelete: 'CASCADE',
        onUpdate: 'NO ACTION',
      },
    ],
  });
}
