import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { methodMask } from '../core/method';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { PermissionEntity } from '../permissions/permission.entity';
import type { ClientRow, CredentialRow } from './policy-rows';
import { RowPages } from './row-pages';

const PAGE = 500;
const CREDENTIAL = ['credentialId', 'clientId', 'kind', 'digest', 'secret', 'mark', 'expiresAt', 'revokedAt'] as const;

/** The clients that changed above a revision, whole, in slices. */
export async function* readClients(
  manager: EntityManager,
  since: number,
  perSlice: number,
): AsyncGenerator<ClientRow[]> {
  const clients = new RowPages(manager, ClientEntity, ['clientId', 'clientName', 'alias', 'status', 'tenant']);
  const belongings = new Belongings(manager);
  const isAbove = (query: SelectQueryBuilder<ClientEntity>) => query.where('row.aggregateRevision > :since', { since });
  for await (const page of clients.pages(PAGE, isAbove)) {
    const complete = await belongings.read(page.map(({ clientId }) => clientId));
    for (let from = 0; from < page.length; from += perSlice) {
      yield page.slice(from, from + perSlice).map((client) => ({ ...client, ...complete(client.clientId) }));
    }
  }
}

type ClientBelongings = Pick<ClientRow, 'credentials' | 'routeIds' | 'masks' | 'requestsPerDay'>;

/** What clients have: credentials, permissions and limits. */
class Belongings {
  private readonly credentials;
  private readonly permissions;
  private readonly rateLimits;

  constructor(manager: EntityManager) {
    this.credentials = new RowPages(manager, CredentialEntity, CREDENTIAL);
    this.permissions = new RowPages(manager, PermissionEntity, ['clientId', 'routeId', 'allowedMethods']);
    this.rateLimits = new RowPages(manager, RateLimitEntity, ['clientId', 'requestsPerDay']);
  }

  /** Those of some clients, to be asked for by client id. */
  async read(ids: readonly string[]): Promise<(clientId: string) => ClientBelongings> {
    const ofThese = (query: SelectQueryBuilder<ObjectLiteral>) => query.where('row.clientId IN (:...ids)', { ids });
    const credentials = Map.groupBy(await this.credentials.rows(ofThese), ({ clientId }) => clientId);
    const permissions = Map.groupBy(await this.permissions.rows(ofThese), ({ clientId }) => clientId);
    const limits = new Map((await this.rateLimits.rows(ofThese)).map((row) => [row.clientId, row.requestsPerDay]));
    return (clientId) => {
      const permitted = permissions.get(clientId) ?? [];
      return {
        credentials: (credentials.get(clientId) ?? []).map(toCredentialRow),
        routeIds: permitted.map(({ routeId }) => routeId),
        masks: permitted.map(({ allowedMethods }) => methodMask(allowedMethods)),
        requestsPerDay: limits.get(clientId) ?? null,
      };
    };
  }
}

function toCredentialRow({ clientId: _, ...row }: CredentialRow & { clientId: string }): CredentialRow {
  return row;
}
