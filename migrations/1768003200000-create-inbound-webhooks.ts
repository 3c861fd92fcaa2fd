import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { MigrationColumns, PRIMARY } from './support/columns';

/** Who may send events, and the events that were received. */
export class CreateInboundWebhooks1768003200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    await queryRunner.createTable(webhookSources(column), false);
    await queryRunner.createTable(inboundEvents(column), false);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable('inbound_events');
    await queryRunner.dropTable('webhook_sources');
  }
}

function webhookSources(column: MigrationColumns): Table {
  return new Table({
    name: 'webhook_sources',
    columns: [
      column.uuid('source_id', PRIMARY),
      column.string('name', 64),
      column.string('scheme', 16),
      column.json('events'),
      column.boolean('enabled'),
      column.text('secret'),
      column.timestamp('created_at'),
      column.timestamp('updated_at'),
    ],
    indices: [{ name: 'webhook_sources_name', columnNames: ['name'], isUnique: true }],
  });
}

function inboundEvents(column: MigrationColumns): Table {
  return new Table({
    name: 'inbound_events',
    columns: [
      { ...column.fixed('digest', 64), isPrimary: true },
      column.string('source', 64),
      column.text('event_id'),
      column.string('event_type', 200),
      column.json('answer'),
      column.timestamp('received_at'),
    ],
    indices: [{ name: 'inbound_events_received_at', columnNames: ['received_at'] }],
  });
}
