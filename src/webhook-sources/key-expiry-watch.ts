import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { And, DataSource, In, IsNull, LessThanOrEqual, MoreThan } from 'typeorm';
import { toUnixSeconds } from '../admin-api/unix-seconds';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import { DatabaseLink } from '../database/database-link';
import { EventOutbox, eventIdOf } from '../database/event-outbox';
import { WebhookEventEntity } from '../database/webhook-event.entity';
import { toSentence } from '../errors/to-sentence';
import { WebhookEntity } from '../webhooks/webhook.entity';

const HOUR_MS = 3_600_000;
const AHEAD_MS = 7 * 24 * HOUR_MS;
/** Well under the 2100 parameters that one statement may have on Microsoft SQL Server. */
const BATCH = 500;

/** Tells webhooks once of each credential that ends within 7 days; looks at the start and every hour. */
@Injectable()
export class KeyExpiryWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(KeyExpiryWatch.name);
  private timer: NodeJS.Timeout | undefined;
  private looked: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly outbox: EventOutbox,
    private readonly link: DatabaseLink,
  ) {}

  onApplicationBootstrap(): void {
    void this.link.whenOpen(() => this.look());
    this.timer = setInterval(() => this.look(), HOUR_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looked;
  }

  /** Looks once, after any look under way; never rejects: what a fault left is found by the next. */
  look(): Promise<void> {
    this.looked = this.looked
      .then(() => this.tellIfWanted())
      .catch((error) => this.logger.warn(`expiring credentials were not looked for: ${toSentence(error)}`));
    return this.looked;
  }

  /** Without anybody to tell, the events would be stored and dropped again every hour. */
  private async tellIfWanted(): Promise<void> {
    const webhooks = await this.dataSource.manager.findBy(WebhookEntity, { enabled: true });
    if (webhooks.some(({ events }) => events.includes('key.expiring'))) await this.tellAll(Date.now());
  }

  private async tellAll(nowMs: number): Promise<void> {
    let last = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const ending = await this.dataSource.manager.find(CredentialEntity, {
        where: {
          expiresAt: And(MoreThan(new Date(nowMs)), LessThanOrEqual(new Date(nowMs + AHEAD_MS))),
          revokedAt: IsNull(),
          credentialId: MoreThan(last),
        },
        order: { credentialId: 'ASC' },
        take: BATCH,
      });
      await this.tell(ending);
      const next = ending.at(-1);
      if (!next || ending.length < BATCH) return;
      last = next.credentialId;
    }
  }

  private async tell(ending: readonly CredentialEntity[]): Promise<void> {
    const { manager } = this.dataSource;
    const told = await manager.find(WebhookEventEntity, {
      select: { eventId: true },
      where: { eventId: In(ending.map((row) => eventIdOf(keyOf(row)))) },
    });
    const toldIds = new Set(told.map(({ eventId }) => eventId));
    const untold = ending.filter((row) => !toldIds.has(eventIdOf(keyOf(row))));
    const clients = await manager.findBy(ClientEntity, { clientId: In(untold.map(({ clientId }) => clientId)) });
    const names = new Map(clients.map(({ clientId, clientName }) => [clientId, clientName]));
    for (const row of untold) {
      const data = toData(row, names.get(row.clientId) ?? '');
      await this.outbox.emitOnce(keyOf(row), { type: 'key.expiring', data });
    }
  }
}

function keyOf({ credentialId }: CredentialEntity): string {
  return `key.expiring:${credentialId}`;
}

function toData({ credentialId, clientId, kind, name, expiresAt }: CredentialEntity, clientName: string) {
  const client = { client_id: clientId, client_name: clientName };
  return { ...client, credential_id: credentialId, kind, name, expires_at: toUnixSeconds(expiresAt) };
}
