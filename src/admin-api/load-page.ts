import { type FindOptionsOrder, type FindOptionsWhere, MoreThan, type ObjectLiteral, type Repository } from 'typeorm';
import { type Cursor, encodeCursor } from './cursor';

/** Which rows of a table to list: those with these values, so many, behind this place. */
export interface PageRequest<Row> {
  readonly idColumn: keyof Row & string;
  readonly where: FindOptionsWhere<Row>;
  readonly limit: number;
  readonly cursor?: Cursor;
}

export interface RowPage<Row> {
  readonly rows: Row[];
  readonly total: number;
  readonly nextCursor: string | undefined;
}

/** Rows in the stable order of creation, by keyset: rows written meanwhile neither repeat nor hide others. */
export async function loadPage<Row extends ObjectLiteral & { createdAt: Date }>(
  repository: Repository<Row>,
  { idColumn, where, limit, cursor }: PageRequest<Row>,
): Promise<RowPage<Row>> {
  const order = { createdAt: 'ASC', [idColumn]: 'ASC' } as FindOptionsOrder<Row>;
  const behind = cursor ? rowsBehind(where, idColumn, cursor) : where;
  const rows = await repository.find({ where: behind, order, take: limit + 1 });
  const total = await repository.count({ where });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const nextCursor = last && encodeCursor({ createdAt: last.createdAt, id: last[idColumn] });
  return { rows: rows.slice(0, limit), total, nextCursor };
}

function rowsBehind<Row>(where: FindOptionsWhere<Row>, idColumn: string, cursor: Cursor): FindOptionsWhere<Row>[] {
  const { createdAt, id } = cursor;
  return [
    { ...where, createdAt: MoreThan(createdAt) },
    { ...where, createdAt, [idColumn]: MoreThan(id) },
  ];
}

/** Only the columns a filter was given for: TypeORM refuses undefined values. */
export function definedOnly<Row>(where: FindOptionsWhere<Row>): FindOptionsWhere<Row> {
  return Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined)) as FindOptionsWhere<Row>;
}
