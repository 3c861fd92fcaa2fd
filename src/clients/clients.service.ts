import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { orConflict } from '../admin-api/or-conflict';
import { Page } from '../admin-api/page';
import { type PolicyTransaction, PolicyWriter } from '../database/policy-writer';
import { conflict } from '../errors/refusals';
import { ClientEntity, type StoredClientStatus } from './client.entity';
import { clientSchema, type NewClientInput } from './client.schema';
import { type ClientView, type NewClientView, toClientView } from './client.view';
import type { ClientQuery } from './client-query';
import { CredentialEntity } from './credential.entity';
import { CredentialMint, type MintedCredential } from './credential-mint';
import { credentialsByClient, loadClient } from './load-client';

const SAME_ALIAS = 'a client with that alias already exists';

/** The clients: machines that call routes with credentials of their own. */
@Injectable()
export class ClientsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly mint: CredentialMint,
  ) {}

  async list({ limit, cursor, client_name: clientName, ...filter }: ClientQuery): Promise<Page<ClientView>> {
    const where = definedOnly<ClientEntity>({ clientName, ...filter });
    const repository = this.dataSource.getRepository(ClientEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'clientId', where, limit, cursor });
    const clientIds = rows.map((row) => row.clientId);
    const credentials = await credentialsByClient(this.dataSource.manager, clientIds);
    const views = rows.map((row) => toClientView(row, credentials.get(row.clientId) ?? []));
    return new Page(views, total, nextCursor);
  }

  show(clientId: string): Promise<ClientView> {
    return loadView(this.dataSource.manager, clientId);
  }

  create(input: NewClientInput): Promise<Written<NewClientView>> {
    return this.writer.write(async (tx) => {
      const clientId = randomUUID();
      const now = new Date();
      const times = { createdAt: now, updatedAt: now, revision: tx.revision, aggregateRevision: tx.revision };
      const row: ClientEntity = { ...toColumns(clientId, input), ...times };
      await orConflict(tx.manager.insert(ClientEntity, row), SAME_ALIAS);
      const { apiKey, hmacSecret } = this.mintFirst(clientId, input);
      if (apiKey) await insertCredential(tx.manager, apiKey, 'api_key');
      if (hmacSecret) await insertCredential(tx.manager, hmacSecret, 'shared_secret');
      await tx.emit({ type: 'client.created', data: toEventData(row) });
      const credentials = [apiKey, hmacSecret].flatMap((minted) => minted?.row ?? []);
      const secrets = { api_key: apiKey?.secret ?? null, shared_secret: hmacSecret?.secret ?? null };
      return { ...toClientView(row, credentials), ...secrets };
    });
  }

  update(clientId: string, change: Change): Promise<Written<ClientView>> {
    return this.writer.write(async (tx) => {
      const row = await loadClient(tx.manager, clientId);
      const view = await loadView(tx.manager, clientId);
      assertMatches(change.ifMatch, view);
      const input = parseChange(clientSchema, change, view);
      if (row.status === 'revoked' && input.status !== 'revoked') throw conflict('a revoked client stays revoked');
      const revisions = { revision: tx.revision, aggregateRevision: tx.revision };
      const changed = { ...row, ...toColumns(clientId, input), updatedAt: new Date(), ...revisions };
      await orConflict(tx.manager.save(ClientEntity, changed), SAME_ALIAS);
      if (changed.status !== row.status) await emitStatus(tx, changed);
      return loadView(tx.manager, clientId);
    });
  }

  /** Suspends an active client within somebody's transaction; the status it had, undefined for no client. */
  async suspend(tx: PolicyTransaction, clientId: string): Promise<StoredClientStatus | undefined> {
    const row = await tx.manager.findOneBy(ClientEntity, { clientId });
    if (row?.status !== 'active') return row?.status;
    const revisions = { revision: tx.revision, aggregateRevision: tx.revision };
    const suspended: ClientEntity = { ...row, status: 'suspended', updatedAt: new Date(), ...revisions };
    await tx.manager.save(ClientEntity, suspended);
    await emitStatus(tx, suspended);
    return 'active';
  }

  remove(clientId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      assertMatches(ifMatch, await loadView(tx.manager, clientId));
      await tx.manager.delete(ClientEntity, { clientId });
      await tx.bury('client', clientId);
    });
  }

  private mintFirst(clientId: string, { api_key, shared_secret }: NewClientInput) {
    const unnamed = { name: null, expires_at: null };
    return {
      apiKey: api_key && this.mint.mint(clientId, { kind: 'api_key', ...unnamed, ...api_key }),
      hmacSecret: shared_secret && this.mint.mint(clientId, { kind: 'hmac_secret', ...unnamed, ...shared_secret }),
    };
  }
}

/** Stores a credential; one that somebody already has is a 409. */
async function insertCredential(manager: EntityManager, { row }: MintedCredential, what: string): Promise<void> {
  await orConflict(manager.insert(CredentialEntity, row), `a client with that ${what} already exists`);
}

async function loadView(manager: EntityManager, clientId: string): Promise<ClientView> {
  const row = await loadClient(manager, clientId);
  const credentials = await credentialsByClient(manager, [clientId]);
  return toClientView(row, credentials.get(clientId) ?? []);
}

/** Tells webhooks of a client that may not call any more. */
async function emitStatus(tx: PolicyTransaction, changed: ClientEntity): Promise<void> {
  const { status } = changed;
  if (status !== 'active') await tx.emit({ type: `client.${status}`, data: toEventData(changed) });
}

/** What webhooks are told of a client. */
function toEventData({ clientId, clientName, alias, status, tenant }: ClientEntity) {
  return { client_id: clientId, client_name: clientName, alias, status, tenant };
}

function toColumns(clientId: string, input: Pick<NewClientInput, 'client_name' | 'alias' | 'status' | 'tenant'>) {
  const { client_name: clientName, alias, status, tenant } = input;
  return { clientId, clientName, alias, aliasKey: alias ?? clientId, status, tenant };
}
