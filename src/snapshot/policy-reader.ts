import { Injectable } from '@nestjs/common';
import {
  DataSource,
  type EntityManager,
  type EntityTarget,
  type ObjectLiteral,
  type SelectQueryBuilder,
} from 'typeorm';
import { ConfigRevisionEntity } from '../database/config-revision.entity';
import { TombstoneEntity } from '../database/tombstone.entity';
import { IssuerEntity } from '../issuers/issuer.entity';
import { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import { RevokedTokenEntity } from '../revoked-tokens/revoked-token.entity';
import { RouteEntity } from '../routes/route.entity';
import { ServiceEntity } from '../services/service.entity';
import { SigningKeyEntity } from '../signing-keys/signing-key.entity';
import { readClients } from './client-rows';
import { inSlices } from './in-slices';
import { type PolicyRows, type PolicySlices, type Removed, type Row, UNREAD } from './policy-rows';
import { readAhead } from './read-ahead';
import { RowPages } from './row-pages';

const PAGE = 200;
/** Conditions of routes are compiled, which takes long; opening a secret takes a hundredth of that. */
const ROUTES_PER_SLICE = 10;
const PER_SLICE = 50;

/**
 * One consistent view for as long as it is read: all slices are of the same revision. SQL Server gives no view but locks: the
 * revision is read first, so no writer, who changes it first, gets past before the reader is done.
 */
const VIEW = 'REPEATABLE READ';

/** Reads policy from the database as it is stored. */
@Injectable()
export class PolicyReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Hands over what leads from `since` to the latest revision; 0 asks for all there is. Nothing is handed over when that
   * is the latest. All there is also comes where `since` is above it: then the database was put back to an older state.
   * What is urgent is read in as little time as the database allows, and holds up whatever else this process does.
   */
  async read(
    since: number,
    consume: (slices: PolicySlices) => Promise<void>,
    { isUrgent = false } = {},
  ): Promise<void> {
    await this.dataSource.transaction(VIEW, async (manager) => {
      const { revision } = await manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 });
      if (revision === since) return;
      const from = since > revision ? 0 : since;
      await consume({ since: from, revision, slices: slicesOf(manager, from, isUrgent) });
    });
  }
}

/** Removals come first, for an id may be removed and made again; clients last, for they are the most. */
async function* slicesOf(manager: EntityManager, since: number, isUrgent: boolean): AsyncGenerator<PolicyRows> {
  const removed = since === 0 ? {} : await readRemoved(manager, since);
  if (Object.keys(removed).length > 0) yield { removed };
  let hasKeyChanged = 'signing_key' in removed;
  for await (const signingKeys of changed(manager, SigningKeyEntity, since, PER_SLICE)) {
    hasKeyChanged = true;
    yield { signingKeys };
  }
  for await (const services of changed(manager, ServiceEntity, since, PER_SLICE)) yield { services };
  for await (const routes of changed(manager, RouteEntity, since, ROUTES_PER_SLICE)) yield { routes };
  for await (const protectKeys of changed(manager, ProtectKeyEntity, since, PER_SLICE)) yield { protectKeys };
  for await (const revokedTokens of changed(manager, RevokedTokenEntity, since, PER_SLICE)) yield { revokedTokens };
  // The gateway's own tokens are verified by its own keys, so any change of those changes their issuer.
  const orOwn = hasKeyChanged ? { type: 'own' } : undefined;
  for await (const issuers of changed(manager, IssuerEntity, since, PER_SLICE, orOwn)) yield { issuers };
  for await (const clients of readClients(manager, { since, isUrgent, perSlice: PER_SLICE })) yield { clients };
}

async function readRemoved(manager: EntityManager, since: number): Promise<Removed> {
  const tombstones = new RowPages(manager, TombstoneEntity, ['kind', 'objectId']);
  const rows = await tombstones.rows((query) => query.where('row.revision > :since', { since }));
  const byKind = Map.groupBy(rows, ({ kind }) => kind);
  return Object.fromEntries([...byKind].map(([kind, graves]) => [kind, graves.map(({ objectId }) => objectId)]));
}

async function* changed<T extends ObjectLiteral & { revision: number }>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  since: number,
  perSlice: number,
  orType?: { type: string },
): AsyncGenerator<Row<T>[]> {
  const { columns } = manager.connection.getMetadata(entity);
  const unread: readonly string[] = UNREAD;
  const properties = columns.map(({ propertyName }) => propertyName).filter((name) => !unread.includes(name));
  const pages = new RowPages(manager, entity, properties).pages(PAGE, (query: SelectQueryBuilder<T>) => {
    query.where(orType ? '(row.revision > :since OR row.type = :type)' : 'row.revision > :since', { since, ...orType });
  });
  for await (const page of readAhead(pages)) yield* inSlices(page as Row<T>[], perSlice);
}
