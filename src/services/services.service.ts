import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import type { ListQueryOf } from '../admin-api/list-query.decorator';
import { loadPage } from '../admin-api/load-page';
import { orConflict } from '../admin-api/or-conflict';
import { Page } from '../admin-api/page';
import { changedColumns, created, type Put, UNCHANGED, updated } from '../admin-api/put';
import { hasAll } from '../database/has-all';
import { type PolicyTransaction, PolicyWriter, Unchanged } from '../database/policy-writer';
import { conflict, invalidField, notFound } from '../errors/refusals';
import { RouteEntity } from '../routes/route.entity';
import { SecretCipher } from '../secrets/secret-cipher';
import { ServiceEntity } from './service.entity';
import { type ServiceInput, serviceSchema } from './service.schema';
import { type ServiceView, toServiceView } from './service.view';

/** What HS256 asks of a key (RFC 7518 section 3.2). */
const LONG_ENOUGH_BYTES = 32;

/** The services that routes lead to. */
@Injectable()
export class ServicesService {
  private readonly logger = new Logger(ServicesService.name);

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly cipher: SecretCipher,
  ) {}

  async list({ limit, cursor, ...where }: ListQueryOf<{ name?: string }>): Promise<Page<ServiceView>> {
    const repository = this.dataSource.getRepository(ServiceEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'serviceId', where, limit, cursor });
    return new Page(rows.map(toServiceView), total, nextCursor);
  }

  async show(serviceId: string): Promise<ServiceView> {
    return toServiceView(await loadService(this.dataSource.manager, serviceId));
  }

  create(input: ServiceInput): Promise<Written<ServiceView>> {
    return this.writer.write(async (tx) => toServiceView(await this.insert(tx, input)));
  }

  update(serviceId: string, change: Change): Promise<Written<ServiceView>> {
    return this.writer.write(async (tx) => {
      const row = await loadService(tx.manager, serviceId);
      const view = toServiceView(row);
      assertMatches(change.ifMatch, view);
      const input = parseChange(serviceSchema, change, view);
      const changed = await this.change(tx, row, input);
      return changed ? toServiceView(changed) : new Unchanged(view);
    });
  }

  /** Makes or changes the service of this name within somebody's transaction. */
  async put(tx: PolicyTransaction, input: ServiceInput): Promise<Put> {
    const row = await tx.manager.findOneBy(ServiceEntity, { name: input.name });
    if (!row) return created(toServiceView(await this.insert(tx, input)));
    const changed = await this.change(tx, row, input);
    if (!changed) return UNCHANGED;
    const secrets = changedColumns(row, changed, { tlsClientKey: 'client_key', relaySecret: 'relay_secret' });
    return updated(toServiceView(row), toServiceView(changed), secrets);
  }

  remove(serviceId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      assertMatches(ifMatch, toServiceView(await loadService(tx.manager, serviceId)));
      await this.drop(tx, serviceId);
    });
  }

  /** Deletes a service within somebody's transaction. @throws GatewardenError conflict while a route leads to it */
  async drop(tx: PolicyTransaction, serviceId: string): Promise<void> {
    const routes = await tx.manager.countBy(RouteEntity, { serviceId });
    if (routes > 0) throw conflict(`the service is still used by ${routes} ${routes === 1 ? 'route' : 'routes'}`);
    await tx.manager.delete(ServiceEntity, { serviceId });
    await tx.bury('service', serviceId);
  }

  /** A new service within somebody's transaction. */
  async insert(tx: PolicyTransaction, input: ServiceInput): Promise<ServiceEntity> {
    const now = new Date();
    const fresh = { serviceId: randomUUID(), tls: null, tlsClientKey: null, relaySecret: null };
    const row: ServiceEntity = {
      ...fresh,
      ...this.toColumns(input, fresh),
      createdAt: now,
      updatedAt: now,
      revision: tx.revision,
    };
    await orConflict(tx.manager.insert(ServiceEntity, row), alreadyExists(input.name));
    return row;
  }

  /** The row after the change, undefined when nothing differs. */
  private async change(tx: PolicyTransaction, row: ServiceEntity, input: ServiceInput) {
    const columns = this.toColumns(input, row);
    if (hasAll(row, columns)) return undefined;
    const changed = { ...row, ...columns, updatedAt: new Date(), revision: tx.revision };
    await orConflict(tx.manager.save(ServiceEntity, changed), alreadyExists(input.name));
    return changed;
  }

  private toColumns(input: ServiceInput, current: StoredSecrets) {
    const { client_key: clientKey, ...tls } = input.tls ?? {};
    return {
      name: input.name,
      upstreams: input.upstreams,
      loadBalancing: input.load_balancing,
      hashOn: input.hash_on,
      healthCheck: input.health_check,
      passiveHealth: input.passive_health,
      timeouts: input.timeouts,
      retries: input.retries,
      maxBodyBytes: input.max_body_bytes,
      tls: input.tls && { ...tls, verify: input.tls.verify },
      tlsClientKey: this.sealClientKey(input.tls?.client_certificate ?? null, clientKey, current),
      tokenRelay: input.token_relay,
      relaySecret: this.sealRelaySecret(input, current),
    };
  }

  /** A key is never read back, so leaving it out keeps it for as long as its certificate stays. */
  private sealClientKey(
    certificate: string | null,
    key: string | null | undefined,
    current: StoredSecrets,
  ): string | null {
    if (certificate === null) return null;
    if (key) return this.cipher.replace(current.tlsClientKey, key, `service:${current.serviceId}:tls`);
    if (key === undefined && current.tlsClientKey && current.tls?.client_certificate === certificate) {
      return current.tlsClientKey;
    }
    throw invalidField('/tls/client_key', 'client_key is required with client_certificate');
  }

  /** Like a private key: left out, it stays for as long as tokens are signed again with it, and not a moment longer. */
  private sealRelaySecret({ name, token_relay: relay, relay_secret: secret }: ServiceInput, current: StoredSecrets) {
    if (relay !== 'resign') {
      if (secret) throw invalidField('/relay_secret', 'relay_secret is only for token_relay resign');
      return null;
    }
    if (secret) {
      if (Buffer.byteLength(secret) < LONG_ENOUGH_BYTES) {
        this.logger.warn(`the relay_secret of the service ${name} has fewer than ${LONG_ENOUGH_BYTES} bytes`);
      }
      return this.cipher.replace(current.relaySecret, secret, `service:${current.serviceId}:relay`);
    }
    if (secret === undefined && current.relaySecret) return current.relaySecret;
    throw invalidField('/relay_secret', 'relay_secret is required with token_relay resign');
  }
}

type StoredSecrets = Pick<ServiceEntity, 'serviceId' | 'tls' | 'tlsClientKey' | 'relaySecret'>;

async function loadService(manager: EntityManager, serviceId: string): Promise<ServiceEntity> {
  const row = await manager.findOneBy(ServiceEntity, { serviceId });
  if (!row) throw notFound('service');
  return row;
}

function alreadyExists(name: string): string {
  return `a service named ${name} already exists`;
}
