import { getMetadataArgsStorage } from 'typeorm';
import { useDialect } from './columns';
import { ENTITIES } from './entities';

const optionsOf = (property: string) => {
  const column = getMetadataArgsStorage().columns.find(
    ({ target, propertyName }) => ENTITIES.some((entity) => entity === target) && propertyName === property,
  );
  return column?.options;
};

describe('the columns of every entity', () => {
  afterEach(() => useDialect('postgres'));

  it.each([
    ['postgres', 'uuid', 'timestamp with time zone', 'jsonb', 'text'],
    ['mysql', 'varchar', 'datetime', 'json', 'longtext'],
    ['mssql', 'varchar', 'datetime2', 'nvarchar', 'nvarchar'],
  ] as const)('have the types of %s once that is chosen', (dialect, uuid, timestamp, json, text) => {
    useDialect(dialect);

    expect(optionsOf('serviceId')).toMatchObject({ type: uuid, name: 'service_id', primary: true });
    expect(optionsOf('createdAt')).toMatchObject({ type: timestamp, precision: 3 });
    expect(optionsOf('upstreams')).toMatchObject({ type: json });
    expect(optionsOf('destination')).toMatchObject({ type: text, nullable: true });
  });

  it('keep no length of the dialect chosen before', () => {
    useDialect('mssql');
    expect(optionsOf('serviceId')).toHaveProperty('length', 36);
    expect(optionsOf('upstreams')).toHaveProperty('transformer.to');

    useDialect('postgres');
    expect(optionsOf('serviceId')).not.toHaveProperty('length');
    expect(optionsOf('upstreams')?.transformer).toBeUndefined();
  });
});
