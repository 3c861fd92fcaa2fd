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
import { hasAll } from '../database/has-all';
import { PolicyWriter, Unchanged } from '../database/policy-writer';
import { invalidField, notFound } from '../errors/refusals';
import { SecretCipher } from '../secrets/secret-cipher';
import { WebhookSourceEntity } from './webhook-source.entity';
import { mintWebhookSecret, type WebhookSourceInput, webhookSourceSchema } from './webhook-source.schema';
import { type NewWebhookSourceView, toWebhookSourceView, type WebhookSourceView } from './webhook-source.view';

/** Who may send events. Sources are not policy, but are written the same way, so writes answer alike. */
@Injectable()
export class WebhookSourcesService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly cipher: SecretCipher,
  ) {}

  async list({ limit, cursor, ...where }: ListQueryOf<{ name?: string }>): Promise<Page<WebhookSourceView>> {
    const repository = this.dataSource.getRepository(WebhookSourceEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'sourceId', where, limit, cursor });
    return new Page(rows.map(toWebhookSourceView), total, nextCursor);
  }

  async show(sourceId: string): Promise<WebhookSourceView> {
    return toWebhookSourceView(await loadSource(this.dataSource.manager, sourceId));
  }

  create({ secret: given, ...input }: WebhookSourceInput): Promise<Written<NewWebhookSourceView>> {
    return this.writer.write(async ({ manager }) => {
      const sourceId = randomUUID();
      const secret = given ?? mintWebhookSecret(input.scheme);
      const now = new Date();
      const sealed = this.cipher.encrypt(secret, contextOf(sourceId));
      const row: WebhookSourceEntity = { sourceId, ...input, secret: sealed, createdAt: now, updatedAt: now };
      await orConflict(manager.insert(WebhookSourceEntity, row), alreadyExists(input.name));
      return { ...toWebhookSourceView(row), secret };
    });
  }

  update(sourceId: string, change: Change): Promise<Written<WebhookSourceView>> {
    return this.writer.write(async ({ manager }) => {
      const row = await loadSource(manager, sourceId);
      const view = toWebhookSourceView(row);
      assertMatches(change.ifMatch, view);
      const { secret, ...input } = parseChange(webhookSourceSchema, change, view);
      // A secret is in the form of its scheme.
      if (input.scheme !== row.scheme && secret === undefined) throw invalidField('/secret', 'secret is required');
      const sealed = secret === undefined ? row.secret : this.cipher.replace(row.secret, secret, contextOf(sourceId));
      const columns = { ...input, secret: sealed };
      if (hasAll(row, columns)) return new Unchanged(view);
      const changed = { ...row, ...columns, updatedAt: new Date() };
      await orConflict(manager.save(WebhookSourceEntity, changed), alreadyExists(input.name));
      return toWebhookSourceView(changed);
    });
  }

  remove(sourceId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async ({ manager }) => {
      assertMatches(ifMatch, toWebhookSourceView(await loadSource(manager, sourceId)));
      await manager.delete(WebhookSourceEntity, { sourceId });
    });
  }

  /** The enabled source of this name with its secret, undefined when there is none; compared exactly. */
  async findEnabled(name: string): Promise<{ row: WebhookSourceEntity; secret: string } | undefined> {
    const row = await this.dataSource.getRepository(WebhookSourceEntity).findOneBy({ name });
    if (!row?.enabled || row.name !== name) return undefined;
    return { row, secret: this.cipher.decrypt(row.secret, contextOf(row.sourceId)) };
  }
}

async function loadSource(manager: EntityManager, sourceId: string): Promise<WebhookSourceEntity> {
  const row = await manager.findOneBy(WebhookSourceEntity, { sourceId });
  if (!row) throw notFound('webhook source');
  return row;
}

function contextOf(sourceId: string): string {
  return `webhook_source:${sourceId}`;
}

function alreadyExists(name: string): string {
  return `a webhook source named ${name} already exists`;
}
