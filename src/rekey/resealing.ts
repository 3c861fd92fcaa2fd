import { And, type DataSource, type EntityManager, IsNull, Like, MoreThan, Not, type ObjectLiteral } from 'typeorm';
import { ConfigRevisionEntity } from '../database/config-revision.entity';
import { SecretCipher } from '../secrets/secret-cipher';
import { SecretCipherError } from '../secrets/secret-cipher-error';
import type { SecretKeys } from '../secrets/secret-keys';
import { type StoredWebhookSecret, WebhookEntity } from '../webhooks/webhook.entity';
import { SEALED_COLUMNS, type SealedColumn } from './sealed-columns';

const BATCH = 250;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** What one pass over the stored secrets did. */
export interface PassCounts {
  readonly resealed: number;
  /** The places of secrets no key opens; they could not be used before either. */
  readonly unopenable: readonly string[];
}

type Batch = { readonly rows: ObjectLiteral[]; readonly column: SealedColumn };

/** Seals stored secrets with the key that `keys` seals with, those that are sealed with another of its keys. */
export class Resealing {
  private readonly cipher: SecretCipher;
  private resealed = 0;
  private readonly unopenable: string[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: SecretKeys,
    private readonly onProgress: (resealed: number) => void,
  ) {
    this.cipher = new SecretCipher(keys);
  }

  /** One pass over every stored secret. */
  async pass(): Promise<PassCounts> {
    this.resealed = 0;
    this.unopenable.length = 0;
    for (const column of SEALED_COLUMNS) await this.resealColumn(column);
    await this.resealWebhooks();
    return { resealed: this.resealed, unopenable: [...this.unopenable] };
  }

  /** How many stored secrets are sealed with another key. */
  async countOthers(): Promise<number> {
    let count = 0;
    for (const { entity, column } of SEALED_COLUMNS) {
      count += await this.dataSource.manager.count(entity, { where: { [column]: this.isOther } });
    }
    const webhooks = await this.dataSource.manager.find(WebhookEntity);
    return count + webhooks.flatMap(({ secrets }) => secrets.filter((stored) => this.isSealedOtherwise(stored))).length;
  }

  private get isOther() {
    return And(Not(IsNull()), Not(Like(`v1.${this.keys.keyId}.%`)));
  }

  private async resealColumn(column: SealedColumn): Promise<void> {
    let rows: ObjectLiteral[];
    let after = BEFORE_ALL;
    do {
      rows = await this.dataSource.transaction((manager) => this.resealBatch(manager, column, after));
      after = String(rows.at(-1)?.[column.id] ?? after);
      if (rows.length > 0) this.onProgress(this.resealed);
    } while (rows.length === BATCH);
  }

  /** Writers of policy wait for it and it for them, so neither undoes what the other wrote. */
  private async resealBatch(manager: EntityManager, column: SealedColumn, after: string): Promise<ObjectLiteral[]> {
    await waitForWriters(manager);
    const rows = await manager.find(column.entity, {
      select: { [column.id]: true, [column.column]: true },
      where: { [column.id]: MoreThan(after), [column.column]: this.isOther },
      order: { [column.id]: 'ASC' },
      take: BATCH,
    });
    await this.update(manager, { rows, column });
    return rows;
  }

  private async update(manager: EntityManager, { rows, column }: Batch): Promise<void> {
    for (const row of rows) {
      const [id, sealed] = [String(row[column.id]), String(row[column.column])];
      const fresh = this.reseal(sealed, column.context(id));
      if (fresh === undefined) continue;
      // What has been changed meanwhile was sealed anew by whoever changed it, or is found by the next pass.
      await manager.update(column.entity, { [column.id]: id, [column.column]: sealed }, { [column.column]: fresh });
      this.resealed += 1;
    }
  }

  private async resealWebhooks(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await waitForWriters(manager);
      for (const { webhookId, secrets } of await manager.find(WebhookEntity)) {
        if (!secrets.some((stored) => this.isSealedOtherwise(stored))) continue;
        const fresh = secrets.map((stored) => this.resealOne(stored, `webhook:${webhookId}`));
        await manager.update(WebhookEntity, { webhookId }, { secrets: fresh });
      }
    });
  }

  private resealOne(stored: StoredWebhookSecret, context: string): StoredWebhookSecret {
    if (!this.isSealedOtherwise(stored)) return stored;
    const sealed = this.reseal(stored.sealed, context);
    if (sealed === undefined) return stored;
    this.resealed += 1;
    return { ...stored, sealed };
  }

  private isSealedOtherwise({ sealed }: StoredWebhookSecret): boolean {
    return !sealed.startsWith(`v1.${this.keys.keyId}.`);
  }

  private reseal(sealed: string, context: string): string | undefined {
    try {
      return this.cipher.encrypt(this.cipher.decrypt(sealed, context), context);
    } catch (error) {
      if (!(error instanceof SecretCipherError)) throw error;
      this.unopenable.push(context);
      return undefined;
    }
  }
}

/** The queue every policy writer stands in, without taking a revision. */
async function waitForWriters(manager: EntityManager): Promise<void> {
  await manager.findOneOrFail(ConfigRevisionEntity, { where: { id: 1 }, lock: { mode: 'pessimistic_write' } });
}
