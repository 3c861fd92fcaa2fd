import type { EntityManager } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { type OfClients, type PermissionReader, permissionReader } from './permission-rows';
import type { ClientRow, Plain } from './policy-rows';
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
  const isAllAtOnce = since === 0 && isUrgent;
  const pages = new ClientPages(manager, await permissionReader(manager, isAllAtOnce));
  let next = since === 0 ? pages.all(isAllAtOnce ? URGENT_PER_PAGE : PER_PAGE) : pages.changed(since);
  for (;;) {
    const page = await next;
    if (!page) return;
    // The database works on the next page while this one is used; a fault of it is met when it is awaited.
    next = page.readNext();
    next.catch(() => undefined);
    for (let from = 0; from < page.clients.length; from += perSlice) {
      yield page.clients.slice(from, from + perSlice).map(page.complete);
    }
  }
}

type Client = Plain<Pick<ClientEntity, (typeof CLIENT)[number]>>;

interface Page {
  readonly clients: readonly Client[];
  complete(client: Client): ClientRow;
  /** Undefined at the end. */
  readNext(): Promise<Page | undefined>;
}

class ClientPages {
  private readonly rows;

  constructor(
    private readonly manager: EntityManager,
    private readonly permissions: PermissionReader,
  ) {
    this.rows = new RowPages(manager, ClientEntity, CLIENT);
  }

  /** Every client after an id. */
  async all(size: number, after?: string): Promise<Page | undefined> {
    const clients = await this.rows.page(size, after, () => undefined);
    const [first, last] = [clients.at(0)?.clientId, clients.at(-1)?.clientId];
    if (first === undefined || last === undefined) return undefined;
    const isEnd = clients.length < size;
    return this.whole(clients, between(first, last), async () => (isEnd ? undefined : this.all(size, last)));
  }

  /** Their ids come first, all of them: a database asked for some in an order may look through every client for them. */
  async changed(since: number): Promise<Page | undefined> {
    const ids = new RowPages(this.manager, ClientEntity, ['clientId']);
    const listed = await ids.listed((query) => query.where('row.aggregateRevision > :since', { since }));
    return this.some((from) => listed(from, from + PER_PAGE).map(({ clientId }) => clientId));
  }

  private async some(idsFrom: (from: number) => string[], from = 0): Promise<Page | undefined> {
    const ids = idsFrom(from);
    if (ids.length === 0) return undefined;
    const clients = await this.rows.rows(among(ids));
    return this.whole(clients, among(ids), () => this.some(idsFrom, from + PER_PAGE));
  }

  private async whole(clients: readonly Client[], these: OfClients, readNext: Page['readNext']): Promise<Page> {
    const belongingsOf = await readBelongings(this.manager, these, this.permissions);
    return { clients, readNext, complete: (client) => ({ ...client, ...belongingsOf(client.clientId) }) };
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
