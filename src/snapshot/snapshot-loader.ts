import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, type EntityTarget, In, MoreThan } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { UnusableCondition } from '../conditions/unusable-condition';
import type { PolicyClient } from '../core/policy-client';
import type { PolicyChanges } from '../core/policy-snapshot';
import type { Route } from '../core/routing/route';
import { ConfigRevisionEntity } from '../database/config-revision.entity';
import { type BuriedKind, TombstoneEntity } from '../database/tombstone.entity';
import { IssuerEntity } from '../issuers/issuer.entity';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { PermissionEntity } from '../permissions/permission.entity';
import { ProtectKeyEntity } from '../protect-keys/protect-key.entity';
import { RevokedTokenEntity } from '../revoked-tokens/revoked-token.entity';
import { RouteEntity } from '../routes/route.entity';
import { SecretCipher } from '../secrets/secret-cipher';
import { ServiceEntity } from '../services/service.entity';
import { SigningKeyEntity } from '../signing-keys/signing-key.entity';
import { compileClient } from './compile-client';
import { compileIssuer } from './compile-issuer';
import { compileProtectKey } from './compile-protect-key';
import { compileRevokedToken } from './compile-revoked-token';
import { compileRoute } from './compile-route';
import { compileService } from './compile-service';
import { compileSigningKey } from './compile-signing-key';

const CLIENT_BATCH = 1000;

/** Reads what changed above a revision and compiles it. */
@Injectable()
export class SnapshotLoader {
  private readonly logger = new Logger(SnapshotLoader.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly cipher: SecretCipher,
  ) {}

  /** Everything above `revision` as of one moment, undefined when nothing is; revision 0 loads all there is. */
  async loadChanges(revision: number): Promise<{ revision: number; changes: PolicyChanges } | undefined> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const { revision: latest } = await manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 });
      if (latest === revision) return undefined;
      return { revision: latest, changes: await this.read(manager, revision) };
    });
  }

  private async read(manager: EntityManager, revision: number): Promise<PolicyChanges> {
    const above = { revision: MoreThan(revision) };
    const services = this.compileEach(await manager.find(ServiceEntity, { where: above }), 'service', (row) => ({
      id: row.serviceId,
      compile: () => compileService(row, this.cipher),
    }));
    const routes = this.compileEach(await manager.find(RouteEntity, { where: above }), 'route', (row) => ({
      id: row.routeId,
      compile: () => compileRoute(row),
    }));
    const protectKeys = this.compileEach(
      await manager.find(ProtectKeyEntity, { where: above }),
      'protect key',
      (row) => ({ id: row.protectKeyId, compile: () => compileProtectKey(row, this.cipher) }),
    );
    for (const route of routes.compiled) this.reportUnusableConditions(route);
    const revokedTokens = await manager.find(RevokedTokenEntity, { where: above });
    const signingKeys = this.compileKeys(await manager.find(SigningKeyEntity, { where: above }));
    const graves = Map.groupBy(await manager.find(TombstoneEntity, { where: above }), (grave) => grave.kind);
    const removed = (kind: BuriedKind) => (graves.get(kind) ?? []).map((grave) => grave.objectId);
    const hasKeyChanged = signingKeys.compiled.length + removed('signing_key').length > 0;
    const issuers = await this.readIssuers(manager, revision, hasKeyChanged);
    return {
      services: services.compiled,
      routes: routes.compiled,
      clients: await this.readClients(manager, revision),
      removedServiceIds: [...removed('service'), ...services.unusableIds],
      removedRouteIds: [...removed('route'), ...routes.unusableIds],
      removedClientIds: removed('client'),
      issuers: issuers.compiled,
      protectKeys: protectKeys.compiled,
      revokedTokens: revokedTokens.map(compileRevokedToken),
      removedIssuerIds: [...removed('issuer'), ...issuers.unusableIds],
      removedProtectKeyIds: [...removed('protect_key'), ...protectKeys.unusableIds],
      removedRevokedTokenIds: removed('revoked_token'),
      signingKeys: signingKeys.compiled,
      removedSigningKeyIds: [...removed('signing_key'), ...signingKeys.unusableIds],
    };
  }

  /** The gateway's own tokens are verified by its own keys, so any change of those changes their issuer. */
  private async readIssuers(manager: EntityManager, revision: number, hasKeyChanged: boolean) {
    const changed = { revision: MoreThan(revision) };
    const rows = await manager.find(IssuerEntity, { where: hasKeyChanged ? [changed, { type: 'own' }] : changed });
    const hasOwn = rows.some((row) => row.type === 'own' && row.secret === null);
    const keys = hasOwn ? this.compileKeys(await manager.find(SigningKeyEntity)).compiled : [];
    return this.compileEach(rows, 'issuer', (row) => ({
      id: row.issuerId,
      compile: () => compileIssuer(row, this.cipher, keys),
    }));
  }

  private compileKeys(rows: readonly SigningKeyEntity[]) {
    return this.compileEach(rows, 'key', (row) => ({
      id: row.kid,
      compile: () => compileSigningKey(row, this.cipher),
    }));
  }

  private reportUnusableConditions({ routeId, demands }: Route): void {
    for (const [method, { condition }] of demands) {
      if (!(condition instanceof UnusableCondition)) continue;
      this.logger.error(
        `route ${routeId} refuses every ${method}: its condition is unusable: ${condition.fault.message}`,
      );
    }
  }

  private async readClients(manager: EntityManager, revision: number): Promise<PolicyClient[]> {
    const clients: PolicyClient[] = [];
    let batch: ClientEntity[];
    let after = '00000000-0000-0000-0000-000000000000';
    do {
      batch = await manager.find(ClientEntity, {
        where: { aggregateRevision: MoreThan(revision), clientId: MoreThan(after) },
        order: { clientId: 'ASC' },
        take: CLIENT_BATCH,
      });
      const clientId = In(batch.map((row) => row.clientId));
      const credentials = await this.byClient(manager, CredentialEntity, clientId, batch);
      const permissions = await this.byClient(manager, PermissionEntity, clientId, batch);
      const rateLimits = await this.byClient(manager, RateLimitEntity, clientId, batch);
      for (const client of batch) {
        const rows = {
          client,
          credentials: credentials.get(client.clientId) ?? [],
          permissions: permissions.get(client.clientId) ?? [],
          rateLimit: rateLimits.get(client.clientId)?.[0],
        };
        clients.push(compileClient(rows, this.cipher, (id, error) => this.sayUnusable('credential', id, error)));
      }
      after = batch.at(-1)?.clientId ?? after;
    } while (batch.length === CLIENT_BATCH);
    return clients;
  }

  private async byClient<T extends { clientId: string }>(
    manager: EntityManager,
    entity: EntityTarget<T>,
    clientId: ReturnType<typeof In<string>>,
    batch: readonly ClientEntity[],
  ): Promise<Map<string, T[]>> {
    if (batch.length === 0) return new Map();
    const rows = await manager.getRepository(entity).findBy({ clientId } as never);
    return Map.groupBy(rows, (row) => row.clientId);
  }

  /** A row nobody can use must not keep the others from being served; it is left out and said so. */
  private compileEach<R, V>(
    rows: readonly R[],
    kind: string,
    describe: (row: R) => { id: string; compile: () => V },
  ): { compiled: V[]; unusableIds: string[] } {
    const compiled: V[] = [];
    const unusableIds: string[] = [];
    for (const row of rows) {
      const { id, compile } = describe(row);
      try {
        compiled.push(compile());
      } catch (error) {
        unusableIds.push(id);
        this.sayUnusable(kind, id, error as Error);
      }
    }
    return { compiled, unusableIds };
  }

  private sayUnusable(kind: string, id: string, error: Error): void {
    this.logger.error(`${kind} ${id} cannot be used and is left out: ${error.message}`);
  }
}
