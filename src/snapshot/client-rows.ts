import type { EntityManager } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { type OfClients, readPermissions } from './permission-rows';
import type { ClientRow } from './policy-rows';
import { RowPages } from './row-pages';

/** Named one by one in a query. */
const CHANGED_PER_PAGE = 250;
/** Read by a range of ids. What belongs to them lies all over its table, so few large pages cost a database least. */
const ALL_PER_PAGE = 2500;

const CLIENT = ['clientId', 'clientName', 'alias', 'status', 'tenant'] as const;
const CREDENTIAL = ['credentialId', 'kind', 'digest', 'secret', 'mark', 'expiresAt', 'revokedAt'] as const;
const LIMIT = ['requestsPerDay'] as const;

/** The clients that changed above a revision, whole, in slices; above 0 that is every client. */
export async function* readClients(
  manager: EntityManager,
  since: number,
  perSlice: number,
): AsyncGenerator<ClientRow[]> {
  const size = since === 0 ? ALL_PER_PAGE : CHANGED_PER_PAGE;
  let next = readPage(manager, since, size, undefined);
  for (;;) {
    const { clients, complete } = await next;
    const last = clients.length === size ? clients.at(-1) : undefined;
    if (last) {
      // The database works on the next page while this one is used; a fault of it is met when it is awaited.
      next = readPage(manager, since, size, last.clientId);
      next.catch(() => undefined);
    }
    for (let from = 0; from < clients.length; from += perSlice) {
      yield clients.slice(from, from + perSlice).map(complete);
    }
    if (!last) return;
  }
}

async function readPage(manager: EntityManager, since: number, size: number, after: string | undefined) {
  const clients = await new RowPages(manager, ClientEntity, CLIENT).page(size, after, (query) => {
    if (since > 0) query.where('row.aggregateRevision > :since', { since });
  });
  const ids = clients.map(({ clientId }) => clientId);
  if (ids.length === 0) return { clients: [], complete: nobody };
  const belongingsOf = await readBelongings(manager, since === 0 ? between(ids) : among(ids));
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
async function readBelongings(manager: EntityManager, ofThese: OfClients) {
  const credentials = await new RowPages(manager, CredentialEntity, CREDENTIAL).byOwner('clientId', ofThese);
  const permissionsOf = await readPermissions(manager, ofThese);
  const limits = await new RowPages(manager, RateLimitEntity, LIMIT).byOwner('clientId', ofThese);
  return (clientId: string) => ({
    credentials: credentials(clientId),
    ...permissionsOf(clientId),
    requestsPerDay: limits(clientId)[0]?.requestsPerDay ?? null,
  });
}
