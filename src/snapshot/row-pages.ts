import type { EntityManager, EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Plain } from './policy-rows';

type RawRow = Record<string, unknown>;
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

  /** All rows of a selection, in the order of the primary key, `size` at a time. */
  async *pages(size: number, narrow: Narrow<T> = () => undefined): AsyncGenerator<Plain<Pick<T, K>>[]> {
    for (let after: string | undefined; ; ) {
      const page = await this.page(size, after, narrow);
      if (page.length > 0) yield page;
      if (page.length < size) return;
      after = page.at(-1)?.[this.key] as string;
    }
  }

  /** The rows of a selection, in no order. */
  async rows(narrow: Narrow<T>): Promise<Plain<Pick<T, K>>[]> {
    return (await this.listed(narrow))(0);
  }

  /** The rows of a selection, in no order, by where they stand; they become plain when they are asked for. */
  async listed(narrow: Narrow<T>): Promise<(from: number, to?: number) => Plain<Pick<T, K>>[]> {
    const rows = await this.raw(this.properties, narrow);
    return (from, to) => rows.slice(from, to).map((row) => this.toPlain(row));
  }

  /** The rows of a selection by the id of what they belong to; they become plain when they are asked for, and only then. */
  async byOwner(owner: keyof T & string, narrow: Narrow<T>): Promise<(id: string) => Plain<Pick<T, K>>[]> {
    const groups = new Map<unknown, RawRow[]>();
    for (const row of await this.raw([...this.properties, owner], narrow)) {
      const group = groups.get(row[owner]);
      if (group) group.push(row);
      else groups.set(row[owner], [row]);
    }
    return (id) => (groups.get(id) ?? []).map((row) => this.toPlain(row));
  }

  /** The first rows of a selection after an id, in the order of the primary key. */
  private page(size: number, after: string | undefined, narrow: Narrow<T>): Promise<Plain<Pick<T, K>>[]> {
    return this.rows((query) => {
      narrow(query);
      if (after !== undefined) query.andWhere(`row.${this.key} > :after`, { after });
      query.orderBy(`row.${this.key}`).limit(size);
    });
  }

  private raw(properties: readonly string[], narrow: Narrow<T>): Promise<RawRow[]> {
    const query = this.manager.createQueryBuilder().select([]).from(this.entity, 'row');
    for (const property of properties) query.addSelect(`row.${property}`, property);
    narrow(query as SelectQueryBuilder<T>);
    return query.getRawMany();
  }

  private toPlain(raw: RawRow): Plain<Pick<T, K>> {
    const { driver } = this.manager.connection;
    const row: RawRow = {};
    for (const column of this.columns) {
      const value: unknown = driver.prepareHydratedValue(raw[column.propertyName], column);
      row[column.propertyName] = value instanceof Date ? value.getTime() : value;
    }
    return row as Plain<Pick<T, K>>;
  }
}
