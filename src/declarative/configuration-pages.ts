import { type EntityManager, In, MoreThan, Not } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { IssuerEntity } from '../issuers/issuer.entity';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { PermissionEntity } from '../permissions/permission.entity';
import { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import { RouteEntity } from '../routes/route.entity';
import { ServiceEntity } from '../services/service.entity';
import { WebhookEntity } from '../webhooks/webhook.entity';
import type { Section } from './sections';
import {
  type Opening,
  toDeclaredClient,
  toDeclaredIssuer,
  toDeclaredProtectKey,
  toDeclaredRoute,
  toDeclaredService,
  toDeclaredWebhook,
} from './to-declared';

/** Some objects of one section; the pages of a section follow each other. */
export type ConfigurationPage = readonly [Section, readonly Record<string, unknown>[]];

/** So many clients at once: few enough that writing them down holds nobody up. */
const PAGE_CLIENTS = 200;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Everything a declarative file has, a page at a time; without a way to open secrets, all but those. */
export async function* readPages(manager: EntityManager, opening?: Opening): AsyncGenerator<ConfigurationPage> {
  const open = opening ?? (() => undefined);
  const issuers = await manager.find(IssuerEntity, { where: { type: Not('own') }, order: { name: 'ASC' } });
  yield ['issuers', issuers.map((row) => toDeclaredIssuer(row, open))];
  const services = await manager.find(ServiceEntity, { order: { name: 'ASC' } });
  yield ['services', services.map((row) => toDeclaredService(row, open))];
  const names = new Map<string | null, string>(services.map(({ serviceId, name }) => [serviceId, name]));
  const routes = await manager.find(RouteEntity, { order: { domain: 'ASC', routePattern: 'ASC' } });
  for (const page of inPages(routes)) {
    yield ['routes', page.map((row) => toDeclaredRoute(row, names.get(row.serviceId) ?? null))];
  }
  const webhooks = await manager.find(WebhookEntity, { order: { createdAt: 'ASC', webhookId: 'ASC' } });
  yield ['webhooks', webhooks.map((row) => toDeclaredWebhook(row, open))];
  if (opening) yield ['protect_keys', await readProtectKeys(manager, opening)];
  yield* readClients(manager, open);
  const places = new Map(routes.map(({ routeId, domain, routePattern }) => [routeId, `${domain} ${routePattern}`]));
  yield* readPermissions(manager, places);
  yield* readRateLimits(manager);
}

/** Keys of protect mode are nothing but secrets: a file without those must not have the section, which would end them. */
async function readProtectKeys(manager: EntityManager, open: Opening) {
  const keys = await manager.find(ProtectKeyEntity, { order: { app: 'ASC', protectKeyId: 'ASC' } });
  return keys.map((row) => toDeclaredProtectKey(row, open)).filter((key) => key !== undefined);
}

async function* readClients(manager: EntityManager, open: Opening): AsyncGenerator<ConfigurationPage> {
  for await (const clients of clientPages(manager)) {
    const rows = await manager.find(CredentialEntity, {
      where: { clientId: idsOf(clients) },
      order: { createdAt: 'ASC', credentialId: 'ASC' },
    });
    const credentials = Map.groupBy(rows, ({ clientId }) => clientId);
    yield ['clients', clients.map((row) => toDeclaredClient(row, credentials.get(row.clientId) ?? [], open))];
  }
}

async function* readPermissions(
  manager: EntityManager,
  places: ReadonlyMap<string, string>,
): AsyncGenerator<ConfigurationPage> {
  const namesakes = await findNamesakes(manager);
  for await (const clients of clientPages(manager)) {
    const rows = await manager.findBy(PermissionEntity, { clientId: idsOf(clients) });
    const byClient = Map.groupBy(rows, ({ clientId }) => clientId);
    const permissions = clients.flatMap((client) => {
      const declared = (byClient.get(client.clientId) ?? []).map(({ routeId, allowedMethods }) => {
        return {
          client: referTo(client, namesakes),
          route: places.get(routeId) ?? '',
          allowed_methods: allowedMethods,
        };
      });
      return declared.sort((a, b) => (a.route < b.route ? -1 : 1));
    });
    for (const page of inPages(permissions)) yield ['permissions', page];
  }
}

async function* readRateLimits(manager: EntityManager): AsyncGenerator<ConfigurationPage> {
  const namesakes = await findNamesakes(manager);
  for await (const clients of clientPages(manager)) {
    const rows = await manager.findBy(RateLimitEntity, { clientId: idsOf(clients) });
    const limits = new Map(rows.map(({ clientId, requestsPerDay }) => [clientId, requestsPerDay]));
    const limited = clients.filter(({ clientId }) => limits.has(clientId));
    yield [
      'rate_limits',
      limited.map((client) => ({
        client: referTo(client, namesakes),
        requests_per_day: limits.get(client.clientId),
      })),
    ];
  }
}

/** At least one page, so that an empty section is told to be empty. */
async function* clientPages(manager: EntityManager): AsyncGenerator<ClientEntity[]> {
  let page: ClientEntity[];
  let after = BEFORE_ALL;
  do {
    page = await manager.find(ClientEntity, {
      where: { clientId: MoreThan(after) },
      order: { clientId: 'ASC' },
      take: PAGE_CLIENTS,
    });
    yield page;
    after = page.at(-1)?.clientId ?? after;
  } while (page.length === PAGE_CLIENTS);
}

function* inPages<T>(rows: readonly T[]): Generator<readonly T[]> {
  let from = 0;
  do {
    yield rows.slice(from, from + PAGE_CLIENTS);
    from += PAGE_CLIENTS;
  } while (from < rows.length);
}

function idsOf(clients: readonly ClientEntity[]) {
  return In(clients.map(({ clientId }) => clientId));
}

/** Two of one name can only be told apart by their ids. */
function referTo({ clientId, clientName }: ClientEntity, namesakes: ReadonlySet<string>): string {
  return namesakes.has(clientName) ? clientId : clientName;
}

async function findNamesakes(manager: EntityManager): Promise<Set<string>> {
  const rows = await manager
    .createQueryBuilder(ClientEntity, 'client')
    .select('client.clientName', 'name')
    .groupBy('client.clientName')
    .having('COUNT(*) > 1')
    .getRawMany<{ name: string }>();
  return new Set(rows.map(({ name }) => name));
}
