import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/** What one statement may have: Microsoft SQL Server takes 2,100, PostgreSQL 65,535. */
const MOST_PARAMETERS = { mssql: 2_000, others: 30_000 };

/** Inserts whole rows with as few statements as the database's limit of parameters allows. */
export async function insertMany<E extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<E>,
  rows: readonly E[],
): Promise<void> {
  const { columns } = manager.connection.getMetadata(entity);
  const isMssql = manager.connection.options.type === 'mssql';
  const most = isMssql ? MOST_PARAMETERS.mssql : MOST_PARAMETERS.others;
  const size = Math.max(1, Math.floor(most / columns.length));
  for (let from = 0; from < rows.length; from += size) {
    const chunk = rows.slice(from, from + size);
    await manager.createQueryBuilder().insert().into(entity).values(chunk).updateEntity(false).execute();
  }
}
