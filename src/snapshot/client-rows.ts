import type { EntityManager } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { inSlices } from './in-slices';
import { type OfClients, type PermissionReader, permissionReader } from './permission-rows';
import type { ClientRow } from './policy-rows';
import { readAhead } from './read-ahead';
import { RowPages } from './row-pages';

/** What belongs to clients lies all over its tables, so few large pages cost a database least; small ones leave no garbage to speak of. */
const PER_PAGE = 250;
const URGENT_PER_PAGE = 10_000;

const CLIENT = ['clientId', 'clientName', 'alias', 'status', 'tenant'] as const;
const CREDENTIAL = ['credentialId', 'kind', 'digest', 'secret', 'mark', 'expiresAt', 'revokedAt'] as const;
const LIMIT = ['requestsPerDay'] as const;

interface Selection {
  /** 0 is every client. */
  readonly since: number;
  readonly isUrgent: boolean;
  readonly perSlice: number;
}

/** The clients that changed above a revision, whole, in slices. */
export async function* readClients(
  manager: EntityManager,
  { since, isUrgent, perSlice }: Selection,
): AsyncGenerator<ClientRow[]> {
  const rows = new RowPages(manager, ClientEntity, CLIENT);
  const isAllAtOnce = since === 0 && isUrgent;
  const readPermissions = await permissionReader(manager, isAllAtOnce);
  const pages =
    since === 0 ? allPages(rows, isAllAtOnce ? URGENT_PER_PAGE : PER_PAGE) : changedPages(manager, rows, since);
  for await (const { clients, belongingsOf } of readAhead(withBelongings(manager, pages, readPermissions))) {
    for (const slice of inSlices(clients, perSlice)) {
      yield slice.map((client) => ({ ...client, ...belongingsOf(client.clientId) }));
    }
  }
}

type ClientRows = RowPages<ClientEntity, (typeof CLIENT)[number]>;

interface Page {
  readonly clients: Awaited<ReturnType<ClientRows['rows']>>;
  /** What belongs to them, and to nobody else. */
  readonly these: OfClients;
}

async function* allPages(rows: ClientRows, size: number): AsyncGenerator<Page> {
  for await (const clients of rows.pages(size)) {
    yield { clients, these: between(clients.at(0)?.clientId ?? '', clients.at(-1)?.clientId ?? '') };
  }
}

/** Their ids come first, all of them: a database asked for some in an order may look through every client for them. */
async function* changedPages(manager: EntityManager, rows: ClientRows, since: number): AsyncGenerator<Page> {
  const changed = new RowPages(manager, ClientEntity, ['clientId']);
  const listed = await changed.listed((query) => query.where('row.aggregateRevision > :since', { since }));
  for (let from = 0; ; from += PER_PAGE) {
    const ids = listed(from, from + PER_PAGE).map(({ clientId }) => clientId);
    if (ids.length === 0) return;
    const these = among(ids);
    yield { clients: await rows.rows(these), these };
  }
}

async function* withBelongings(manager: EntityManager, pages: AsyncIterable<Page>, readPermissions: PermissionReader) {
  for await (const { clients, these } of pages) {
    yield { clients, belongingsOf: await readBelongings(manager, these, readPermissions) };
  }
}

function between(first: string, last: string): OfClients {
  return (query) => query.where('row.clientId >= :first AND row.clientId <= :last', { first, last });
}

function among(ids: readonly string[]): OfClients {
  return (query) => query.where('row.clientId IN (:...ids)', { ids });
}

/** What some clients have, to be asked for by client id. */
async function readBelongings(manager: EntityManager, ofThese: OfClients, readPermissions: PermissionReader) {
  const credentials = await new RowPages(manager, CredentialEntity, CREDENTIAL).byOwner('clientId', ofThese);
  const permissionsOf = await readPermissions(ofThese);
  const limits = await new RowPages(manager, RateLimitEntity, LIMIT).byOwner('clientId', ofThese);
  return (clientId: string) => ({
    credentials: credentials(clientId),
    ...permissionsOf(clientId),
    requestsPerDay: limits(clientId)[0]?.requestsPerDay ?? null,
  });
}
