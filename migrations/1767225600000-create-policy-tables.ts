import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { MigrationColumns, NULLABLE, PRIMARY } from './support/columns';
import { compareByBytes } from './support/compare-by-bytes';

/** Tables of the first version, in an order in which no table names one that does not exist yet. */
const TABLES: ((column: MigrationColumns) => Table)[] = [
  services,
  routes,
  clients,
  credentials,
  permissions,
  adminTokens,
  configRevision,
  tombstones,
];

export class CreatePolicyTables1767225600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await compareByBytes(queryRunner);
    const column = new MigrationColumns(queryRunner);
    for (const table of TABLES) await queryRunner.createTable(table(column), false);
    await queryRunner.query('INSERT INTO config_revision (id, revision) VALUES (1, 0)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const column = new MigrationColumns(queryRunner);
    for (const table of TABLES.toReversed()) await queryRunner.dropTable(table(column).name);
  }
}

function services(column: MigrationColumns): Table {
  return new Table({
    name: 'services',
    columns: [
      column.uuid('service_id', PRIMARY),
      column.string('name', 200),
      column.json('upstreams'),
      column.string('load_balancing', 32),
      column.string('hash_on', 255),
      column.json('health_check', NULLABLE),
      column.json('passive_health', NULLABLE),
      column.json('timeouts'),
      column.integer('retries'),
      column.bigint('max_body_bytes'),
      column.json('tls', NULLABLE),
      column.text('tls_client_key', NULLABLE),
      column.string('token_relay', 16, NULLABLE),
      column.text('relay_secret', NULLABLE),
      column.timestamp('created_at'),
      column.timestamp('updated_at'),
      column.bigint('revision'),
    ],
    indices: [
      { name: 'services_name', columnNames: ['name'], isUnique: true },
      { name: 'services_revision', columnNames: ['revision'] },
    ],
  });
}

function routes(column: MigrationColumns): Table {
  return new Table({
    name: 'routes',
    columns: [
      column.uuid('route_id', PRIMARY),
      column.string('domain', 255),
      column.string('route_pattern', 2048),
      column.fixed('match_key', 64),
      column.uuid('service_id', NULLABLE),
      column.text('destination', NULLABLE),
      column.json('methods'),
      column.boolean('enabled'),
      column.boolean('allow_encoded_slash'),
      column.boolean('allow_semicolon'),
      column.boolean('api_key_in_query'),
      column.boolean('hmac_unsigned_query'),
      column.boolean('keep_method_override'),
      column.json('protect_versions'),
      column.bigint('max_body_bytes', NULLABLE),
      column.json('timeouts', NULLABLE),
      column.json('cors', NULLABLE),
      column.json('validation', NULLABLE),
      column.timestamp('created_at'),
      column.timestamp('updated_at'),
      column.bigint('revision'),
    ],
    indices: [
      { name: 'routes_match_key', columnNames: ['match_key'], isUnique: true },
      { name: 'routes_service_id', columnNames: ['service_id'] },
      { name: 'routes_revision', columnNames: ['revision'] },
    ],
    foreignKeys: [reference('routes_service_fk', 'service_id', 'services', 'NO ACTION')],
  });
}

function clients(column: MigrationColumns): Table {
  return new Table({
    name: 'clients',
    columns: [
      column.uuid('client_id', PRIMARY),
      column.string('client_name', 255),
      column.string('alias', 255, NULLABLE),
      column.string('alias_key', 255),
      column.string('status', 16),
      column.string('tenant', 255, NULLABLE),
      column.timestamp('created_at'),
      column.timestamp('updated_at'),
      column.bigint('revision'),
      column.bigint('aggregate_revision'),
    ],
    indices: [
      { name: 'clients_alias_key', columnNames: ['alias_key'], isUnique: true },
      { name: 'clients_aggregate_revision', columnNames: ['aggregate_revision'] },
    ],
  });
}

function credentials(column: MigrationColumns): Table {
  return new Table({
    name: 'credentials',
    columns: [
      column.uuid('credential_id', PRIMARY),
      column.uuid('client_id'),
      column.string('kind', 16),
      column.string('name', 255, NULLABLE),
      column.fixed('digest', 64),
      column.string('masked', 64),
      column.text('secret', NULLABLE),
      column.timestamp('expires_at', NULLABLE),
      column.timestamp('last_used_at', NULLABLE),
      column.timestamp('revoked_at', NULLABLE),
      column.timestamp('created_at'),
    ],
    indices: [
      { name: 'credentials_client_id', columnNames: ['client_id'] },
      { name: 'credentials_digest', columnNames: ['digest'], isUnique: true },
    ],
    foreignKeys: [reference('credentials_client_fk', 'client_id', 'clients', 'CASCADE')],
  });
}

function permissions(column: MigrationColumns): Table {
  return new Table({
    name: 'permissions',
    columns: [
      column.uuid('permission_id', PRIMARY),
      column.uuid('client_id'),
      column.uuid('route_id'),
      column.json('allowed_methods'),
      column.timestamp('created_at'),
      column.bigint('revision'),
    ],
    indices: [
      { name: 'permissions_client_route', columnNames: ['client_id', 'route_id'], isUnique: true },
      { name: 'permissions_route_id', columnNames: ['route_id'] },
    ],
    foreignKeys: [
      reference('permissions_client_fk', 'client_id', 'clients', 'CASCADE'),
      reference('permissions_route_fk', 'route_id', 'routes', 'CASCADE'),
    ],
  });
}

function adminTokens(column: MigrationColumns): Table {
  return new Table({
    name: 'admin_tokens',
    columns: [
      column.uuid('admin_token_id', PRIMARY),
      column.string('name', 200),
      column.string('role', 16),
      column.fixed('digest', 64),
      column.timestamp('expires_at', NULLABLE),
      column.timestamp('last_used_at', NULLABLE),
      column.timestamp('created_at'),
    ],
    indices: [{ name: 'admin_tokens_digest', columnNames: ['digest'], isUnique: true }],
  });
}

function configRevision(column: MigrationColumns): Table {
  return new Table({
    name: 'config_revision',
    columns: [column.integer('id', PRIMARY), column.bigint('revision'), column.string('key_id', 8, NULLABLE)],
  });
}

function tombstones(column: MigrationColumns): Table {
  return new Table({
    name: 'tombstones',
    columns: [column.string('kind', 16, PRIMARY), column.uuid('object_id', PRIMARY), column.bigint('revision')],
    indices: [{ name: 'tombstones_revision', columnNames: ['revision'] }],
  });
}

function reference(name: string, column: string, table: string, onDelete: 'CASCADE' | 'NO ACTION') {
  const key = `${table.slice(0, -1)}_id`;
  return {
    name,
    columnNames: [column],
    referencedTableName: table,
    referencedColumnNames: [key],
    onDelete,
    onUpdate: 'NO ACTION',
  };
}
