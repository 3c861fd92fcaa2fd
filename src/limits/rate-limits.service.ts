import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { Page } from '../admin-api/page';
import { ClientEntity } from '../clients/client.entity';
import { loadClient } from '../clients/load-client';
import { type PolicyTransaction, PolicyWriter } from '../database/policy-writer';
import { GatewardenError } from '../errors/gatewarden-error';
import { notFound } from '../errors/refusals';
import { RateLimitEntity } from './rate-limit.entity';
import { rateLimitSchema } from './rate-limit.schema';
import { type RateLimitView, toRateLimitView } from './rate-limit.view';
import type { RateLimitQuery } from './rate-limit-query';

const NOT_FOUND = 'rate limit';

/** The daily limits of clients, as clients of api-gatekeeper set them: at most one each. */
@Injectable()
export class RateLimitsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
  ) {}

  async list({ limit, cursor, client_id: clientId }: RateLimitQuery): Promise<Page<RateLimitView>> {
    const where = definedOnly<RateLimitEntity>({ clientId });
    const { manager } = this.dataSource;
    const page = { idColumn: 'clientId', where, limit, cursor } as const;
    const { rows, total, nextCursor } = await loadPage(manager.getRepository(RateLimitEntity), page);
    const clients = await manager.findBy(ClientEntity, { clientId: In(rows.map((row) => row.clientId)) });
    const clientById = new Map(clients.map((client) => [client.clientId, client]));
    const views = rows.flatMap((row) => {
      const client = clientById.get(row.clientId);
      return client ? [toRateLimitView(row, client)] : [];
    });
    return new Page(views, total, nextCursor);
  }

  async show(clientId: string): Promise<RateLimitView> {
    const view = await findView(this.dataSource.manager, clientId);
    if (!view) throw notFound(NOT_FOUND);
    return view;
  }

  /** Sets the limit of a client; `isNew` when it had none. */
  put(clientId: string, change: Change): Promise<Written<RateLimitView> & { isNew: boolean }> {
    let isNew = false;
    const written = this.writer.write(async (tx) => {
      const client = await loadClient(tx.manager, clientId);
      const row = await tx.manager.findOneBy(RateLimitEntity, { clientId });
      const view = row && toRateLimitView(row, client);
      assertUnchanged(change.ifMatch, view);
      const { requests_per_day: requestsPerDay } = parseChange(rateLimitSchema, change, view ?? {});
      const now = new Date();
      const changed = {
        clientId,
        requestsPerDay,
        createdAt: row?.createdAt ?? now,
        updatedAt: now,
        revision: tx.revision,
      };
      await tx.manager.save(RateLimitEntity, changed);
      await touchClient(tx, clientId);
      isNew = row === null;
      return toRateLimitView(changed, client);
    });
    return written.then((result) => ({ ...result, isNew }));
  }

  remove(clientId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      const view = await findView(tx.manager, clientId);
      if (!view) throw notFound(NOT_FOUND);
      assertMatches(ifMatch, view);
      await tx.manager.delete(RateLimitEntity, { clientId });
      await touchClient(tx, clientId);
    });
  }
}

/** Where there is nothing yet, no tag matches, and neither does `*` (RFC 9110 section 13.1.1). */
function assertUnchanged(ifMatch: string | undefined, view: RateLimitView | null): void {
  if (view) assertMatches(ifMatch, view);
  else if (ifMatch !== undefined) {
    throw new GatewardenError('precondition_failed', 'the client has no rate limit yet');
  }
}

async function findView(manager: EntityManager, clientId: string): Promise<RateLimitView | undefined> {
  const row = await manager.findOneBy(RateLimitEntity, { clientId });
  const client = row && (await manager.findOneBy(ClientEntity, { clientId }));
  return row && client ? toRateLimitView(row, client) : undefined;
}

/** The limit is loaded with its client, so the client has to look changed. */
async function touchClient({ manager, revision }: PolicyTransaction, clientId: string): Promise<void> {
  await manager.update(ClientEntity, { clientId }, { aggregateRevision: revision });
}
