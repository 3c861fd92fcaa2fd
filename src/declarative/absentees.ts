import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import type { PolicyTransaction } from '../database/policy-writer';
import { IssuerEntity } from '../issuers/issuer.entity';
import { IssuersService } from '../issuers/issuers.service';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { PermissionEntity } from '../permissions/permission.entity';
import { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import { RouteEntity } from '../routes/route.entity';
import { RoutesService } from '../routes/routes.service';
import { ServiceEntity } from '../services/service.entity';
import { ServicesService } from '../services/services.service';
import { WebhookEntity } from '../webhooks/webhook.entity';
import type { DeclaredType } from './declared.schema';
import { KeyPutters } from './key-putters';
import { touchClients } from './put-permissions';
import type { Wanted } from './wanted';

type Finder = (tx: PolicyTransaction, wanted: Wanted) => Promise<Absentee[]>;

/** A stored object that a file does not have. */
export interface Absentee {
  readonly type: DeclaredType;
  readonly name: string;
  readonly drop: (tx: PolicyTransaction) => Promise<unknown>;
}

/** Finds what a section of a file does not have, and so does away with. */
@Injectable()
export class Absentees {
  private readonly finders: Readonly<Record<DeclaredType, Finder>>;

  constructor(services: ServicesService, routes: RoutesService, issuers: IssuersService, keys: KeyPutters) {
    this.finders = {
      service: async ({ manager }, { has }) =>
        (await manager.find(ServiceEntity)).flatMap((row) =>
          has(row.name) ? [] : [absentee('service', row.name, (tx) => services.drop(tx, row.serviceId))],
        ),
      issuer: async ({ manager }, { has }) =>
        (await manager.findBy(IssuerEntity, { type: Not('own') })).flatMap((row) =>
          has(row.name) ? [] : [absentee('issuer', row.name, (tx) => issuers.drop(tx, row))],
        ),
      route: async ({ manager }, { has }) =>
        (await manager.find(RouteEntity)).flatMap((row) => {
          const name = `${row.domain} ${row.routePattern}`;
          return has(row.matchKey) ? [] : [absentee('route', name, (tx) => routes.drop(tx, row.routeId))];
        }),
      client: findClients,
      permission: findPermissions,
      rate_limit: findRateLimits,
      webhook: findWebhooks,
      protect_key: async ({ manager }, { values }) => {
        const digests = new Set(values.map((value) => keys.protectKeys.digest(value)));
        const rows = await manager.find(ProtectKeyEntity);
        return rows
          .filter(({ digest }) => !digests.has(digest))
          .map(({ protectKeyId, app }) => lostKey(protectKeyId, app));
      },
    };
  }

  find(tx: PolicyTransaction, type: DeclaredType, wanted: Wanted): Promise<Absentee[]> {
    return this.finders[type](tx, wanted);
  }
}

const findClients: Finder = async ({ manager }, { has }) => {
  const rows = await manager.find(ClientEntity, { select: { clientId: true, clientName: true } });
  const lost = rows.filter(({ clientId, clientName }) => !has(clientId) && !has(clientName));
  return lost.map(({ clientId, clientName }) =>
    absentee('client', clientName, async (tx) => {
      await tx.manager.delete(ClientEntity, { clientId });
      await tx.bury('client', clientId);
    }),
  );
};

const findPermissions: Finder = async ({ manager }, { has }) => {
  const clients = await manager.find(ClientEntity, { select: { clientId: true, clientName: true } });
  const routes = await manager.find(RouteEntity);
  const names = new Map(clients.map(({ clientId, clientName }) => [clientId, clientName]));
  const places = new Map(routes.map((row) => [row.routeId, row]));
  const rows = await manager.find(PermissionEntity);
  return rows.flatMap(({ permissionId, clientId, routeId }) => {
    const [name, route] = [names.get(clientId), places.get(routeId)];
    if (has(`${name} ${route?.matchKey}`) || has(`${clientId} ${route?.matchKey}`)) return [];
    const drop = async (tx: PolicyTransaction) => {
      await tx.manager.delete(PermissionEntity, { permissionId });
      await touchClients(tx, [clientId]);
    };
    return [absentee('permission', `${name} ${route?.domain} ${route?.routePattern}`, drop)];
  });
};

const findRateLimits: Finder = async ({ manager }, { has }) => {
  const rows = await manager.find(RateLimitEntity);
  const clients = await manager.find(ClientEntity, { select: { clientId: true, clientName: true } });
  const names = new Map(clients.map(({ clientId, clientName }) => [clientId, clientName]));
  const lost = rows.filter(({ clientId }) => !has(clientId) && !has(names.get(clientId) ?? ''));
  return lost.map(({ clientId }) =>
    absentee('rate_limit', names.get(clientId) ?? clientId, async (tx) => {
      await tx.manager.delete(RateLimitEntity, { clientId });
      await touchClients(tx, [clientId]);
    }),
  );
};

const findWebhooks: Finder = async ({ manager }, { has }) =>
  (await manager.find(WebhookEntity)).flatMap(({ webhookId, url }) =>
    has(url) ? [] : [absentee('webhook', url, (tx) => tx.manager.delete(WebhookEntity, { webhookId }))],
  );

function lostKey(protectKeyId: string, app: string): Absentee {
  return absentee('protect_key', app, async (tx) => {
    await tx.manager.delete(ProtectKeyEntity, { protectKeyId });
    await tx.bury('protect_key', protectKeyId);
  });
}

function absentee(type: DeclaredType, name: string, drop: Absentee['drop']): Absentee {
  return { type, name, drop };
}
