import { type MigrationInterface, type QueryRunner, Table, type TableForeignKeyOptions } from 'typeorm';
import { MigrationColumns, NULLABLE, PRIMARY } from './support/columns';

export class CreateWebhooks1767916800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    await queryRunner.createTable(webhooks(column), false);
    await queryRunner.createTable(webhookEvents(column), false);
    await queryRunner.createTable(webhookDeliveries(column), false);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('webhook_deliveries');
    await queryRunner.dropTable('webhook_events');
    await queryRunner.dropTable('webhooks');
  }
}

function webhooks(column: MigrationColumns): Table {
  return new Table({
    name: 'webhooks',
    columns: [
      column.uuid('webhook_id', PRIMARY),
      column.text('url'),
      column.json('events'),
      column.boolean('enabled'),
      column.json('secrets'),
      column.timestamp('created_at'),
      column.timestamp('updated_at'),
      column.bigint('revision'),
    ],
  });
}

function webhookEvents(column: MigrationColumns): Table {
  return new Table({
    name: 'webhook_events',
    columns: [
      column.uuid('event_id', PRIMARY),
      column.string('type', 32),
      column.text('payload'),
      column.timestamp('created_at'),
      column.timestamp('fanned_out_at', NULLABLE),
    ],
    indices: [
      { name: 'webhook_events_created_at', columnNames: ['created_at'] },
      { name: 'webhook_events_fanned_out_at', columnNames: ['fanned_out_at'] },
    ],
  });
}

function webhookDeliveries(column: MigrationColumns): Table {
  return new Table({
    name: 'webhook_deliveries',
    columns: [
      column.uuid('delivery_id', PRIMARY),
      column.uuid('webhook_id'),
      column.uuid('event_id'),
      column.string('type', 32),
      column.string('status', 16),
      column.integer('attempts'),
      column.timestamp('next_attempt_at', NULLABLE),
      column.timestamp('attempted_at', NULLABLE),
      column.integer('response_status', NULLABLE),
      column.string('last_error', 500, NULLABLE),
      column.timestamp('created_at'),
    ],
    indices: [
      { name: 'webhook_deliveries_webhook_id', columnNames: ['webhook_id', 'created_at'] },
      { name: 'webhook_deliveries_event_id', columnNames: ['event_id'] },
      { name: 'webhook_deliveries_next_attempt_at', columnNames: ['next_attempt_at'] },
    ],
    foreignKeys: [
      cascade('webhook_deliveries_webhook_fk', 'webhook_id', 'webhooks'),
      cascade('webhook_deliveries_event_fk', 'event_id', 'webhook_events'),
    ],
  });
}

function cascade(name: string, column: string, table: string): TableForeignKeyOptions {
  return {
    name,
    columnNames: [column],
    referencedTableName: table,
    referencedColumnNames: [column],
    onDelete: 'CASCADE',
    onUpdate: 'NO ACTION',
  };
}
