import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import type { ListQueryOf } from '../admin-api/list-query.decorator';
import { loadPage } from '../admin-api/load-page';
import { Page } from '../admin-api/page';
import { created, type Put, UNCHANGED, updated } from '../admin-api/put';
import { hasAll } from '../database/has-all';
import { type PolicyTransaction, PolicyWriter } from '../database/policy-writer';
import { invalidField } from '../errors/refusals';
import { AddressGuard } from './address-guard';
import { loadWebhook } from './load-webhook';
import { WebhookEntity } from './webhook.entity';
import { type WebhookInput, webhookSchema } from './webhook.schema';
import { type NewWebhookView, toWebhookView, type WebhookView } from './webhook.view';
import { WebhookSecrets } from './webhook-secrets';

/** The webhooks: where events are sent, and what signs them. */
@Injectable()
export class WebhooksService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly secrets: WebhookSecrets,
    private readonly guard: AddressGuard,
  ) {}

  async list({ limit, cursor }: ListQueryOf<unknown>): Promise<Page<WebhookView>> {
    const repository = this.dataSource.getRepository(WebhookEntity);
    const request = { idColumn: 'webhookId', where: {}, limit, cursor } as const;
    const { rows, total, nextCursor } = await loadPage(repository, request);
    return new Page(rows.map(toWebhookView), total, nextCursor);
  }

  async show(webhookId: string): Promise<WebhookView> {
    return toWebhookView(await loadWebhook(this.dataSource.manager, webhookId));
  }

  create(input: WebhookInput): Promise<Written<NewWebhookView>> {
    this.refusePrivate(input);
    return this.writer.write(async ({ manager, revision }) => {
      const webhookId = randomUUID();
      const now = new Date();
      const { secret, secrets } = this.secrets.mint({ webhookId, secrets: [] }, now.getTime(), now.getTime());
      const row: WebhookEntity = { webhookId, ...input, secrets, createdAt: now, updatedAt: now, revision };
      await manager.insert(WebhookEntity, row);
      return { ...toWebhookView(row), secret };
    });
  }

  /** Makes or changes the webhook of this address within somebody's transaction; without a secret, a new one gets a fresh one. */
  async put({ manager, revision }: PolicyTransaction, input: WebhookInput, secret?: string): Promise<Put> {
    this.refusePrivate(input);
    const now = new Date();
    const row = (await manager.find(WebhookEntity)).find(({ url }) => url === input.url);
    const secrets = this.secrets.adopt(row ?? { webhookId: randomUUID(), secrets: [] }, secret);
    if (!row) {
      const fresh = { ...secrets, ...input, createdAt: now, updatedAt: now, revision };
      await manager.insert(WebhookEntity, fresh);
      return created(toWebhookView(fresh), ['secret']);
    }
    const hasSecret = row.secrets[0]?.sealed === secrets.secrets[0]?.sealed;
    if (hasSecret && hasAll(row, input)) return UNCHANGED;
    const changed = { ...row, ...input, secrets: secrets.secrets, updatedAt: now, revision };
    await manager.save(WebhookEntity, changed);
    return updated(toWebhookView(row), toWebhookView(changed), hasSecret ? [] : ['secret']);
  }

  update(webhookId: string, change: Change): Promise<Written<WebhookView>> {
    return this.writer.write(async ({ manager, revision }) => {
      const row = await loadWebhook(manager, webhookId);
      const view = toWebhookView(row);
      assertMatches(change.ifMatch, view);
      const input = parseChange(webhookSchema, change, view);
      this.refusePrivate(input);
      return toWebhookView(await manager.save(WebhookEntity, { ...row, ...input, updatedAt: new Date(), revision }));
    });
  }

  /** A new secret; for the overlap the old one signs too, so that receivers can change over without a gap. */
  rotate(webhookId: string, overlapSeconds: number): Promise<Written<NewWebhookView>> {
    return this.writer.write(async ({ manager, revision }) => {
      const row = await loadWebhook(manager, webhookId);
      const now = new Date();
      const endsAtMs = now.getTime() + overlapSeconds * 1000;
      const { secret, secrets } = this.secrets.mint(row, endsAtMs, now.getTime());
      const changed = await manager.save(WebhookEntity, { ...row, secrets, updatedAt: now, revision });
      return { ...toWebhookView(changed), secret };
    });
  }

  /** Its deliveries go with it, those that are still due as well. */
  remove(webhookId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async ({ manager }) => {
      assertMatches(ifMatch, toWebhookView(await loadWebhook(manager, webhookId)));
      await manager.delete(WebhookEntity, { webhookId });
    });
  }

  /** Names are looked up when they are called: what they say now would tell nothing about then. */
  private refusePrivate({ url }: WebhookInput): void {
    const fault = this.guard.findFault(url);
    if (fault !== undefined) throw invalidField('/url', fault);
  }
}
