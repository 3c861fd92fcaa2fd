import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
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
import { countRoutesNaming } from '../routes/route-issuers';
import { IssuerEntity } from './issuer.entity';
import { type IssuerInput, issuerSchema, type OwnIssuerInput, ownIssuerSchema } from './issuer.schema';
import { type IssuerView, toIssuerView } from './issuer.view';
import { defaultAlgorithms } from './issuer-faults';
import { IssuerSecrets } from './issuer-secrets';

/** The issuers whose tokens routes may take. */
@Injectable()
export class IssuersService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly secrets: IssuerSecrets,
  ) {}

  async list({ limit, cursor, ...where }: ListQueryOf<{ name?: string }>): Promise<Page<IssuerView>> {
    const repository = this.dataSource.getRepository(IssuerEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'issuerId', where, limit, cursor });
    return new Page(rows.map(toIssuerView), total, nextCursor);
  }

  async show(issuerId: string): Promise<IssuerView> {
    return toIssuerView(await loadIssuer(this.dataSource.manager, issuerId));
  }

  create(input: IssuerInput): Promise<Written<IssuerView>> {
    return this.writer.write(async (tx) => toIssuerView(await this.insert(tx, input)));
  }

  /** Makes or changes the issuer of this name within somebody's transaction. */
  async put(tx: PolicyTransaction, input: IssuerInput): Promise<Put> {
    const row = await tx.manager.findOneBy(IssuerEntity, { name: input.name });
    if (!row) return created(toIssuerView(await this.insert(tx, input)));
    if (row.type === 'own') throw invalidField('/name', 'this is the issuer of the gateway itself');
    const changed = await this.change(tx, row, input);
    if (!changed) return UNCHANGED;
    const secrets = changedColumns(row, changed, { secret: 'secret', introspectionSecret: 'client_secret' });
    return updated(toIssuerView(row), toIssuerView(changed), secrets);
  }

  update(issuerId: string, change: Change): Promise<Written<IssuerView>> {
    return this.writer.write(async (tx) => {
      const row = await loadIssuer(tx.manager, issuerId);
      const view = toIssuerView(row);
      assertMatches(change.ifMatch, view);
      if (row.type === 'own') return this.updateOwn(tx, row, parseChange(ownIssuerSchema, change, view));
      const input = parseChange(issuerSchema, change, view);
      if (input.name !== row.name) await refuseIfNamed(tx.manager, row.name);
      const changed = await this.change(tx, row, input);
      return changed ? toIssuerView(changed) : new Unchanged(view);
    });
  }

  private async insert(tx: PolicyTransaction, input: IssuerInput): Promise<IssuerEntity> {
    const now = new Date();
    const issuerId = randomUUID();
    const fresh = { issuerId, secret: null, introspection: null, introspectionSecret: null };
    const times = { createdAt: now, updatedAt: now, revision: tx.revision };
    const row: IssuerEntity = { issuerId, ...toColumns(input), ...this.secrets.seal(input, fresh), ...times };
    await orConflict(tx.manager.insert(IssuerEntity, row), alreadyExists(input.name));
    return row;
  }

  /** The row after the change, undefined when nothing differs. */
  private async change(tx: PolicyTransaction, row: IssuerEntity, input: IssuerInput) {
    const columns = { ...toColumns(input), ...this.secrets.seal(input, row) };
    if (hasAll(row, columns)) return undefined;
    const changed = { ...row, ...columns, updatedAt: new Date(), revision: tx.revision };
    await orConflict(tx.manager.save(IssuerEntity, changed), alreadyExists(input.name));
    return changed;
  }

  remove(issuerId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      const row = await loadIssuer(tx.manager, issuerId);
      assertMatches(ifMatch, toIssuerView(row));
      await this.drop(tx, row);
    });
  }

  /** Deletes an issuer within somebody's transaction. @throws GatewardenError conflict while a route names it */
  async drop(tx: PolicyTransaction, { issuerId, type, name }: IssuerEntity): Promise<void> {
    if (type === 'own') throw conflict('the issuer of the gateway itself cannot be deleted: disable it');
    await refuseIfNamed(tx.manager, name);
    await tx.manager.delete(IssuerEntity, { issuerId });
    await tx.bury('issuer', issuerId);
  }

  /** The rest of it follows the settings. */
  private async updateOwn(tx: PolicyTransaction, row: IssuerEntity, change: OwnIssuerInput) {
    const { clock_skew_seconds: clockSkewSeconds, claims, enabled } = change;
    const columns = { clockSkewSeconds, enabled, claims };
    if (hasAll(row, columns)) return new Unchanged(toIssuerView(row));
    const changed = { ...row, ...columns, updatedAt: new Date(), revision: tx.revision };
    return toIssuerView(await tx.manager.save(IssuerEntity, changed));
  }
}

function toColumns(input: IssuerInput) {
  return {
    name: input.name,
    type: input.type,
    issuer: input.issuer,
    jwksUrl: input.jwks_url,
    publicKey: input.public_key,
    introspection: toStoredIntrospection(input.introspection),
    audiences: input.audiences,
    algorithms: [...(input.algorithms ?? defaultAlgorithms(input))],
    clockSkewSeconds: input.clock_skew_seconds,
    claims: input.claims,
    enabled: input.enabled,
  };
}

function toStoredIntrospection(input: IssuerInput['introspection']): IssuerEntity['introspection'] {
  return input && { url: input.url, client_id: input.client_id, cache_seconds: input.cache_seconds };
}

async function loadIssuer(manager: EntityManager, issuerId: string): Promise<IssuerEntity> {
  const row = await manager.findOneBy(IssuerEntity, { issuerId });
  if (!row) throw notFound('issuer');
  return row;
}

/** Routes name issuers: one whose issuer went away would take no token at all. */
async function refuseIfNamed(manager: EntityManager, name: string): Promise<void> {
  const routes = await countRoutesNaming(manager, name);
  if (routes > 0) throw conflict(`the issuer is still named by ${routes} ${routes === 1 ? 'route' : 'routes'}`);
}

function alreadyExists(name: string): string {
  return `an issuer named ${name} already exists`;
}
