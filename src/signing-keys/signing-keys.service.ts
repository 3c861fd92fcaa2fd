import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { assertMatches } from '../admin-api/etag';
import type { ListQueryOf } from '../admin-api/list-query.decorator';
import { loadPage } from '../admin-api/load-page';
import { Page } from '../admin-api/page';
import type { SigningAlgorithm } from '../core/policy-signing-key';
import { type PolicyTransaction, PolicyWriter } from '../database/policy-writer';
import { notFound } from '../errors/refusals';
import { SigningKeyEntity } from './signing-key.entity';
import type { KeyRotationInput } from './signing-key.schema';
import { type SigningKeyView, toSigningKeyView } from './signing-key.view';
import { SigningKeyMint } from './signing-key-mint';

const USUAL_ALGORITHM: SigningAlgorithm = 'EdDSA';

/** The gateway's own keys. At any time one of them signs, and one has no end. */
@Injectable()
export class SigningKeysService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly mint: SigningKeyMint,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async list({ limit, cursor }: ListQueryOf<unknown>): Promise<Page<SigningKeyView>> {
    const repository = this.dataSource.getRepository(SigningKeyEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'kid', where: {}, limit, cursor });
    return new Page(rows.map(toSigningKeyView), total, nextCursor);
  }

  async show(kid: string): Promise<SigningKeyView> {
    return toSigningKeyView(await loadSigningKey(this.dataSource.manager, kid));
  }

  /** Makes the first key. Of several processes that find none one makes it, and all take up the policy that has it. */
  async ensureOne(): Promise<void> {
    await this.writer.write(async (tx) => {
      const hasLasting = (await latestFirst(tx.manager)).some(isLasting);
      if (!hasLasting) await this.insert(tx, this.preferredAlgorithm ?? USUAL_ALGORITHM, new Date());
    });
  }

  /** Whether the settings ask for a kind of key that the one which lasts is not. */
  async lacksPreferred(): Promise<boolean> {
    const algorithm = this.preferredAlgorithm;
    if (algorithm === undefined) return false;
    const lasting = (await latestFirst(this.dataSource.manager)).find(isLasting);
    return lasting !== undefined && lasting.algorithm !== algorithm;
  }

  /** A token signed in the last moment of a key must be verifiable to its end. */
  private get longestLifeSeconds(): number {
    return this.preferredAlgorithm === undefined ? 0 : this.settings.tokenTtlSeconds;
  }

  /** What the tokens of people are to be signed by, undefined where a secret does that. */
  private get preferredAlgorithm(): SigningAlgorithm | undefined {
    const { tokenAlgorithm } = this.settings;
    return tokenAlgorithm === 'HS256' ? undefined : tokenAlgorithm;
  }

  /** A new key that is published at once and signs later; those before it verify on, each to its end. */
  rotate(input: KeyRotationInput): Promise<Written<SigningKeyView>> {
    return this.writer.write(async (tx) => {
      const now = new Date();
      const activatesAt = new Date(now.getTime() + input.activation_delay_seconds * 1000);
      const overlapSeconds = Math.max(input.overlap_seconds, this.longestLifeSeconds);
      const retiresAt = new Date(activatesAt.getTime() + overlapSeconds * 1000);
      const rows = await latestFirst(tx.manager);
      for (const row of rows) {
        // A key that would sign after this one is not waited for: it has signed nothing.
        const isOvertaken = row.activatesAt > now && row.activatesAt >= activatesAt;
        if (isOvertaken || hasEnded(row, now)) await remove(tx, row);
        else if (!row.retiresAt || row.retiresAt > retiresAt) await setEnd(tx, row, retiresAt);
      }
      const last = rows[0]?.algorithm as SigningAlgorithm | undefined;
      const algorithm = input.algorithm ?? this.preferredAlgorithm ?? last ?? USUAL_ALGORITHM;
      const made = toSigningKeyView(await this.insert(tx, algorithm, activatesAt));
      const { kid, activates_at } = made;
      await tx.emit({ type: 'key.rotated', data: { kind: 'signing_key', kid, algorithm, activates_at } });
      return made;
    });
  }

  /** Ends a key at once: what it signed counts no more, and another signs. Without a key that waits, its rotation is off. */
  retire(kid: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      const row = await loadSigningKey(tx.manager, kid);
      assertMatches(ifMatch, toSigningKeyView(row));
      await remove(tx, row);
      const rest = await latestFirst(tx.manager);
      if (rest.some(isLasting)) return;
      const now = new Date();
      const signing = rest.find((other) => other.activatesAt <= now && !hasEnded(other, now));
      if (row.activatesAt > now && signing) await setEnd(tx, signing, null);
      else await this.insert(tx, row.algorithm as SigningAlgorithm, now);
    });
  }

  private async insert({ manager, revision }: PolicyTransaction, algorithm: SigningAlgorithm, activatesAt: Date) {
    const row = await this.mint.mint(algorithm, activatesAt, revision);
    await manager.insert(SigningKeyEntity, row);
    return row;
  }
}

async function latestFirst(manager: EntityManager): Promise<SigningKeyEntity[]> {
  return manager.find(SigningKeyEntity, { order: { activatesAt: 'DESC', kid: 'DESC' } });
}

async function loadSigningKey(manager: EntityManager, kid: string): Promise<SigningKeyEntity> {
  const row = await manager.findOneBy(SigningKeyEntity, { kid });
  if (!row) throw notFound('signing key');
  return row;
}

async function remove(tx: PolicyTransaction, { kid }: SigningKeyEntity): Promise<void> {
  await tx.manager.delete(SigningKeyEntity, { kid });
  await tx.bury('signing_key', kid);
}

async function setEnd(tx: PolicyTransaction, { kid }: SigningKeyEntity, retiresAt: Date | null): Promise<void> {
  await tx.manager.update(SigningKeyEntity, { kid }, { retiresAt, revision: tx.revision });
}

function hasEnded({ retiresAt }: SigningKeyEntity, now: Date): boolean {
  return retiresAt !== null && retiresAt <= now;
}

function isLasting({ retiresAt }: SigningKeyEntity): boolean {
  return retiresAt === null;
}
