import type { EntityManager } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { type OfClients, type PermissionReader, permissionReader } from './permission-rows';
import type { ClientRow } from './policy-rows';
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
  const size = since === 0 && isUrgent ? URGENT_PER_PAGE : PER_PAGE;
  const permissions = await permissionReader(manager, size === URGENT_PER_PAGE);
  const read = (after?: string) => readPage(manager, { since, size, after }, permissions);
  let next = read();
  for (;;) {
    const { clients, complete } = await next;
    const last = clients.length === size ? clients.at(-1) : undefined;
    if (last) {
      // The database works on the next page while this one is used; a fault of it is met when it is awaited.
      next = read(last.clientId);
      next.catch(() => undefined);
    }
    for (let from = 0; from < clients.length; from += perSlice) {
      yield clients.slice(from, from + perSlice).map(complete);
    }
    if (!last) return;
  }
}

interface Page {
  readonly since: number;
  readonly size: number;
  readonly after: string | undefined;
}

async function readPage(manager: EntityManager, { since, size, after }: Page, permissions: PermissionReader) {
  const clients = await new RowPages(manager, ClientEntity, CLIENT).page(size, after, (query) => {
    if (since > 0) query.where('row.aggregateRevision > :since', { since });
  });
  const ids = clients.map(({ clientId }) => clientId);
  if (ids.length === 0) return { clients: [], complete: nobody };
  const belongingsOf = await readBelongings(manager, since === 0 ? between(ids) : among(ids), permissions);
  const complete = (client: (typeof clients)[number]): ClientRow => ({ ...client, ...belongingsOf(client.clientId) });
  return { clients, complete };
}

function nobody(): never {
  throw new Error('there is no client to complete');
}

/** Ids ascend, and are all there are from the first to the last. */
function between(ids: readonly string[]): OfClients {
  const range = { first: ids.at(0) ?? '', last: ids.at(-1) ?? '' };
  return (query) => query.where('row.clientId >= :first AND row.clientId <= :last', range);
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
