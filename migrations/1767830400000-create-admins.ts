import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { MigrationColumns, NULLABLE, PRIMARY } from './support/columns';

/** Admins, what they are known as elsewhere, and their sessions. */
export class CreateAdmins1767830400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    await queryRunner.createTable(admins(column), false);
    await queryRunner.createTable(adminIdentities(column), false);
    await queryRunner.createTable(adminSessions(column), false);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('admin_sessions');
    await queryRunner.dropTable('admin_identities');
    await queryRunner.dropTable('admins');
  }
}

function admins(column: MigrationColumns): Table {
  return new Table({
    name: 'admins',
    columns: [
      column.uuid('admin_id', PRIMARY),
      column.string('email', 254),
      column.string('role', 16),
      column.text('password_hash', NULLABLE),
      column.text('totp_secret', NULLABLE),
      column.boolean('totp_confirmed'),
      column.bigint('totp_last_step'),
      column.timestamp('created_at'),
      column.timestamp('updated_at'),
    ],
    indices: [{ name: 'admins_email', columnNames: ['email'], isUnique: true }],
  });
}

function adminIdentities(column: MigrationColumns): Table {
  return new Table({
    name: 'admin_identities',
    columns: [
      { ...column.fixed('digest', 64), isPrimary: true },
      column.uuid('admin_id'),
      column.string('kind', 8),
      column.text('issuer'),
      column.text('subject'),
      column.timestamp('created_at'),
    ],
    indices: [{ name: 'admin_identities_admin', columnNames: ['admin_id'] }],
    foreignKeys: [ofAdmin('admin_identities_admin_fk')],
  });
}

function adminSessions(column: MigrationColumns): Table {
  return new Table({
    name: 'admin_sessions',
    columns: [
      column.uuid('session_id', PRIMARY),
      column.uuid('admin_id'),
      column.fixed('digest', 64),
      column.string('method', 16),
      column.string('ip', 64),
      column.string('user_agent', 200),
      column.timestamp('created_at'),
      column.timestamp('last_used_at', NULLABLE),
      column.timestamp('expires_at'),
    ],
    indices: [
      { name: 'admin_sessions_digest', columnNames: ['digest'], isUnique: true },
      { name: 'admin_sessions_admin', columnNames: ['admin_id'] },
    ],
    foreignKeys: [ofAdmin('admin_sessions_admin_fk')],
  });
}

function ofAdmin(name: string) {
  return {
    name,
    columnNames: ['admin_id'],
    referencedTableName: 'admins',
    referencedColumnNames: ['admin_id'],
    onDelete: 'CASCADE',
    onUpdate: 'NO ACTION',
  };
}
