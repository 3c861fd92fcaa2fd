import type { EntityManager, EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Plain } from './policy-rows';

type Narrow<T extends ObjectLiteral> = (query: SelectQueryBuilder<T>) => void;

/**
 * Reads plain rows of one table without making entities, which costs several times what reading does. Values still pass through
 * the driver's own conversion, so that they are the same on every database.
 */
export class RowPages<T extends ObjectLiteral, K extends keyof T & string> {
  private readonly columns;
  private readonly key: K;

  constructor(
    private readonly manager: EntityManager,
    private readonly entity: EntityTarget<T>,
    private readonly properties: readonly K[],
  ) {
    const metadata = manager.connection.getMetadata(entity);
    const wanted: readonly string[] = properties;
    this.columns = metadata.columns.filter(({ propertyName }) => wanted.includes(propertyName));
    this.key = metadata.primaryColumns[0]?.propertyName as K;
  }

  /** All rows of a selection, in the order of the primary key, `size` at a time; the next page is read while one is used. */
  async *pages(size: number, narrow: Narrow<T>): AsyncGenerator<Plain<Pick<T, K>>[]> {
    const id = this.key;
    const pageAfter = (last: string | undefined) =>
      this.rows((query) => {
        narrow(query);
        if (last !== undefined) query.andWhere(`row.${id} > :last`, { last });
        query.orderBy(`row.${id}`).limit(size);
      });
    let next = pageAfter(undefined);
    for (;;) {
      const page = await next;
      if (page.length === 0) return;
      const isLast = page.length < size;
      if (!isLast) {
        next = pageAfter(page.at(-1)?.[id] as string);
        // Its fault is met when it is awaited.
        next.catch(() => undefined);
      }
      yield page;
      if (isLast) return;
    }
  }

  /** The rows of a selection, in no order. */
  async rows(narrow: Narrow<T>): Promise<Plain<Pick<T, K>>[]> {
    const query = this.manager.createQueryBuilder().select([]).from(this.entity, 'row');
    for (const property of this.properties) query.addSelect(`row.${property}`, property);
    narrow(query as SelectQueryBuilder<T>);
    const raw: Record<string, unknown>[] = await query.getRawMany();
    return raw.map((row) => this.toPlain(row));
  }

  private toPlain(raw: Record<string, unknown>): Plain<Pick<T, K>> {
    const { driver } = this.manager.connection;
    const row: Record<string, unknown> = {};
    for (const column of this.columns) {
      const value: unknown = driver.prepareHydratedValue(raw[column.propertyName], column);
      row[column.propertyName] = value instanceof Date ? value.getTime() : value;
    }
    return row as Plain<Pick<T, K>>;
  }
}
