import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { MigrationColumns, NULLABLE, PRIMARY } from './support/columns';

export class CreateSessions1767744000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    await queryRunner.createTable(sessions(column), false);
    await queryRunner.createTable(refreshTokens(column), false);
    await queryRunner.createTable(oneTimeTokens(column), false);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('one_time_tokens');
    await queryRunner.dropTable('refresh_tokens');
    await queryRunner.dropTable('sessions');
  }
}

function sessions(column: MigrationColumns): Table {
  return new Table({
    name: 'sessions',
    columns: [
      column.uuid('session_id', PRIMARY),
      column.string('subject', 400),
      column.string('login', 320),
      column.timestamp('created_at'),
      column.timestamp('last_used_at'),
      column.timestamp('expires_at'),
      column.timestamp('access_expires_at'),
      column.timestamp('revoked_at', NULLABLE),
      column.string('ip', 64),
      column.string('user_agent', 400),
    ],
    indices: [
      { name: 'sessions_subject', columnNames: ['subject'] },
      { name: 'sessions_created_at', columnNames: ['created_at'] },
      { name: 'sessions_expires_at', columnNames: ['expires_at'] },
    ],
  });
}

function refreshTokens(column: MigrationColumns): Table {
  return new Table({
    name: 'refresh_tokens',
    columns: [
      column.uuid('refresh_token_id', PRIMARY),
      column.uuid('session_id'),
      column.fixed('digest', 64),
      column.timestamp('created_at'),
      column.timestamp('expires_at'),
      column.timestamp('replaced_at', NULLABLE),
      column.text('successor', NULLABLE),
    ],
    indices: [
      { name: 'refresh_tokens_session_id', columnNames: ['session_id'] },
      { name: 'refresh_tokens_digest', columnNames: ['digest'], isUnique: true },
      { name: 'refresh_tokens_expires_at', columnNames: ['expires_at'] },
      { name: 'refresh_tokens_replaced_at', columnNames: ['replaced_at'] },
    ],
    foreignKeys: [
      {
        name: 'refresh_tokens_session_fk',
        columnNames: ['session_id'],
        referencedTableName: 'sessions',
        referencedColumnNames: ['session_id'],
        onDelete: 'CASCADE',
        onUpdate: 'NO ACTION',
      },
    ],
  });
}

function oneTimeTokens(column: MigrationColumns): Table {
  return new Table({
    name: 'one_time_tokens',
    columns: [
      column.uuid('one_time_token_id', PRIMARY),
      column.string('purpose', 16),
      column.string('subject', 400),
      column.string('login', 320),
      column.fixed('digest', 64),
      column.timestamp('created_at'),
      column.timestamp('expires_at'),
    ],
    indices: [
      { name: 'one_time_tokens_subject', columnNames: ['subject'] },
      { name: 'one_time_tokens_digest', columnNames: ['digest'], isUnique: true },
      { name: 'one_time_tokens_expires_at', columnNames: ['expires_at'] },
    ],
  });
}
