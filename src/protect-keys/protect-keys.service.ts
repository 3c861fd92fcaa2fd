import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { type Change, parseChange } from '../admin-api/change';
import { assertMatches } from '../admin-api/etag';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { orConflict } from '../admin-api/or-conflict';
import { Page } from '../admin-api/page';
import { created, type Put, UNCHANGED, updated } from '../admin-api/put';
import { toUnixSeconds } from '../admin-api/unix-seconds';
import { digestApiKey } from '../core/credentials/api-key';
import { maskSecret, mintSecret } from '../core/credentials/minted-secret';
import { type PolicyTransaction, PolicyWriter } from '../database/policy-writer';
import { conflict, notFound } from '../errors/refusals';
import { SecretCipher } from '../secrets/secret-cipher';
import { SecretKeys } from '../secrets/secret-keys';
import { ProtectKeyEntity } from './protect-key.entity';
import { type NewProtectKeyInput, protectKeySchema } from './protect-key.schema';
import { type NewProtectKeyView, type ProtectKeyView, toProtectKeyView } from './protect-key.view';
import type { ProtectKeyQuery } from './protect-key-query';

type KeySource = Pick<NewProtectKeyInput, 'app' | 'value' | 'expires_at'>;

/** The keys of protect mode: several of one app may be live at once, so that one can follow another without a gap. */
@Injectable()
export class ProtectKeysService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly keys: SecretKeys,
    private readonly cipher: SecretCipher,
  ) {}

  async list({ limit, cursor, ...filter }: ProtectKeyQuery): Promise<Page<ProtectKeyView>> {
    const where = definedOnly<ProtectKeyEntity>(filter);
    const repository = this.dataSource.getRepository(ProtectKeyEntity);
    const { rows, total, nextCursor } = await loadPage(repository, { idColumn: 'protectKeyId', where, limit, cursor });
    return new Page(rows.map(toProtectKeyView), total, nextCursor);
  }

  async show(protectKeyId: string): Promise<ProtectKeyView> {
    return toProtectKeyView(await loadProtectKey(this.dataSource.manager, protectKeyId));
  }

  create(input: NewProtectKeyInput): Promise<Written<NewProtectKeyView>> {
    return this.writer.write((tx) => this.insert(tx, input));
  }

  /** Another name, or another end: a key in the past ends at once. */
  update(protectKeyId: string, change: Change): Promise<Written<ProtectKeyView>> {
    return this.writer.write(async (tx) => {
      const row = await loadProtectKey(tx.manager, protectKeyId);
      const view = toProtectKeyView(row);
      assertMatches(change.ifMatch, view);
      const { app, expires_at: expiresAt } = parseChange(protectKeySchema, change, view);
      const changed = { ...row, app, expiresAt, updatedAt: new Date(), revision: tx.revision };
      return toProtectKeyView(await tx.manager.save(ProtectKeyEntity, changed));
    });
  }

  /** A new key of the same app; the old one ends after the overlap, or earlier if it would have. */
  rotate(protectKeyId: string, overlapSeconds: number): Promise<Written<NewProtectKeyView>> {
    return this.writer.write(async (tx) => {
      const old = await loadProtectKey(tx.manager, protectKeyId);
      const now = new Date();
      if (old.expiresAt && old.expiresAt <= now) throw conflict('only a live key can be rotated: make a new one');
      const endsAt = Math.min(
        old.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY,
        now.getTime() + overlapSeconds * 1000,
      );
      const change = { expiresAt: new Date(endsAt), updatedAt: now, revision: tx.revision };
      await tx.manager.update(ProtectKeyEntity, { protectKeyId }, change);
      const made = await this.insert(tx, { app: old.app, expires_at: null });
      await tx.emit({ type: 'key.rotated', data: toRotationData({ ...old, ...change }, made) });
      return made;
    });
  }

  remove(protectKeyId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      assertMatches(ifMatch, toProtectKeyView(await loadProtectKey(tx.manager, protectKeyId)));
      await tx.manager.delete(ProtectKeyEntity, { protectKeyId });
      await tx.bury('protect_key', protectKeyId);
    });
  }

  /** Makes the key with this value, or changes its app or end, within somebody's transaction. */
  async put(tx: PolicyTransaction, input: KeySource & { value: string }): Promise<Put> {
    const row = await tx.manager.findOneBy(ProtectKeyEntity, { digest: this.digest(input.value) });
    if (!row) {
      const { key, ...view } = await this.insert(tx, input);
      return created(view, ['value']);
    }
    const { app, expires_at: expiresAt } = input;
    if (row.app === app && row.expiresAt?.getTime() === expiresAt?.getTime()) return UNCHANGED;
    const changed = { ...row, app, expiresAt, updatedAt: new Date(), revision: tx.revision };
    await tx.manager.save(ProtectKeyEntity, changed);
    return updated(toProtectKeyView(row), toProtectKeyView(changed));
  }

  /** The prefix keeps a key of protect mode from being found as another kind of credential. */
  digest(key: string): string {
    return digestApiKey(`protect_key:${key}`, this.keys.apiKeyPepper);
  }

  private async insert({ manager, revision }: PolicyTransaction, source: KeySource): Promise<NewProtectKeyView> {
    const { app, value, expires_at: expiresAt } = source;
    const protectKeyId = randomUUID();
    const key = value ?? mintSecret('gw_protect_');
    const now = new Date();
    const row: ProtectKeyEntity = {
      ...{ protectKeyId, app, expiresAt, createdAt: now, updatedAt: now, revision },
      digest: this.digest(key),
      masked: maskSecret(key),
      secret: this.cipher.encrypt(key, `protect_key:${protectKeyId}`),
    };
    await orConflict(manager.insert(ProtectKeyEntity, row), 'an app with that key already exists');
    return { ...toProtectKeyView(row), key };
  }
}

/** What webhooks are told of a rotation: which key follows which, never the key. */
function toRotationData({ protectKeyId, expiresAt }: ProtectKeyEntity, made: ProtectKeyView) {
  return {
    kind: 'protect_key',
    app: made.app,
    protect_key_id: made.protect_key_id,
    replaced_protect_key_id: protectKeyId,
    replaced_expires_at: toUnixSeconds(expiresAt),
  };
}

async function loadProtectKey(manager: EntityManager, protectKeyId: string): Promise<ProtectKeyEntity> {
  const row = await manager.findOneBy(ProtectKeyEntity, { protectKeyId });
  if (!row) throw notFound('protect key');
  return row;
}
