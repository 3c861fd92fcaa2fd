import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, Not } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { ConfigRevisionEntity } from '../database/config-revision.entity';
import { IssuerEntity } from '../issuers/issuer.entity';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { PermissionEntity } from '../permissions/permission.entity';
import { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import { RouteEntity } from '../routes/route.entity';
import { SecretCipher } from '../secrets/secret-cipher';
import { ServiceEntity } from '../services/service.entity';
import { WebhookEntity } from '../webhooks/webhook.entity';
import { ExportCipher } from './export-cipher';
import { mapSecrets } from './file-secrets';
import { type ConfigurationFile, FORMAT } from './sections';
import {
  type Opening,
  toDeclaredClient,
  toDeclaredIssuer,
  toDeclaredProtectKey,
  toDeclaredRoute,
  toDeclaredService,
  toDeclaredWebhook,
} from './to-declared';

/** What an export came to, as of one moment. */
export interface Exported {
  readonly revision: number;
  readonly file: ConfigurationFile;
}

/** Reads the whole policy as a declarative file. */
@Injectable()
export class ConfigurationExport {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cipher: SecretCipher,
  ) {}

  /** Without an export key all secrets are left out; with one each is encrypted under it. */
  async read(exportKey: Buffer | undefined): Promise<Exported> {
    const open: Opening = (sealed, context) =>
      sealed === null || exportKey === undefined ? undefined : this.cipher.decrypt(sealed, context);
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const { revision } = await manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 });
      const file = { format: FORMAT, ...(await readObjects(manager, open)), ...(await readAccess(manager, open)) };
      const keys = exportKey === undefined ? {} : { protect_keys: await readProtectKeys(manager, open) };
      return { revision, file: encryptSecrets({ ...file, ...keys }, exportKey) };
    });
  }
}

function encryptSecrets(file: ConfigurationFile, exportKey: Buffer | undefined): ConfigurationFile {
  if (exportKey === undefined) return file;
  const cipher = new ExportCipher(exportKey);
  return mapSecrets(file, (secret, pointer) => cipher.encrypt(secret, pointer)) as ConfigurationFile;
}

async function readObjects(manager: EntityManager, open: Opening) {
  const issuers = await manager.find(IssuerEntity, { where: { type: Not('own') }, order: { name: 'ASC' } });
  const services = await manager.find(ServiceEntity, { order: { name: 'ASC' } });
  const routes = await manager.find(RouteEntity, { order: { domain: 'ASC', routePattern: 'ASC' } });
  const webhooks = await manager.find(WebhookEntity, { order: { createdAt: 'ASC', webhookId: 'ASC' } });
  const names = new Map<string | null, string>(services.map(({ serviceId, name }) => [serviceId, name]));
  return {
    issuers: issuers.map((row) => toDeclaredIssuer(row, open)),
    services: services.map((row) => toDeclaredService(row, open)),
    routes: routes.map((row) => toDeclaredRoute(row, names.get(row.serviceId) ?? null)),
    webhooks: webhooks.map((row) => toDeclaredWebhook(row, open)),
  };
}

async function readAccess(manager: EntityManager, open: Opening) {
  const clients = await manager.find(ClientEntity, { order: { clientName: 'ASC', clientId: 'ASC' } });
  const credentials = await manager.find(CredentialEntity, { order: { createdAt: 'ASC', credentialId: 'ASC' } });
  const byClient = Map.groupBy(credentials, ({ clientId }) => clientId);
  const namesakes = Map.groupBy(clients, ({ clientName }) => clientName);
  const names = new Map(
    // Two of one name can only be told apart by their ids.
    clients.map(({ clientId, clientName }) => [
      clientId,
      (namesakes.get(clientName)?.length ?? 0) > 1 ? clientId : clientName,
    ]),
  );
  const routes = await manager.find(RouteEntity, { select: { routeId: true, domain: true, routePattern: true } });
  const places = new Map(routes.map(({ routeId, domain, routePattern }) => [routeId, `${domain} ${routePattern}`]));
  const permissions = await manager.find(PermissionEntity);
  const limits = await manager.find(RateLimitEntity);
  return {
    clients: clients.map((row) => toDeclaredClient(row, byClient.get(row.clientId) ?? [], open)),
    permissions: permissions
      .map(({ clientId, routeId, allowedMethods }) => {
        return { client: names.get(clientId), route: places.get(routeId), allowed_methods: allowedMethods };
      })
      .sort((a, b) => compare(`${a.client} ${a.route}`, `${b.client} ${b.route}`)),
    rate_limits: limits
      .map(({ clientId, requestsPerDay }) => ({ client: names.get(clientId), requests_per_day: requestsPerDay }))
      .sort((a, b) => compare(`${a.client}`, `${b.client}`)),
  };
}

async function readProtectKeys(manager: EntityManager, open: Opening) {
  const keys = await manager.find(ProtectKeyEntity, { order: { app: 'ASC', createdAt: 'ASC', protectKeyId: 'ASC' } });
  return keys.map((row) => toDeclaredProtectKey(row, open)).filter((key) => key !== undefined);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
