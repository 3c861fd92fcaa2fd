import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { assertMatches } from '../admin-api/etag';
import type { ListQueryOf } from '../admin-api/list-query.decorator';
import { loadPage } from '../admin-api/load-page';
import { orConflict } from '../admin-api/or-conflict';
import { Page } from '../admin-api/page';
import { toUnixSeconds } from '../admin-api/unix-seconds';
import { type PolicyTransaction, PolicyWriter } from '../database/policy-writer';
import { conflict, invalidField, notFound } from '../errors/refusals';
import { ClientEntity } from './client.entity';
import { CredentialEntity } from './credential.entity';
import type { CredentialInput } from './credential.schema';
import { type CredentialView, type NewCredentialView, toCredentialView } from './credential.view';
import { CredentialMint, type CredentialSource } from './credential-mint';
import { loadClient } from './load-client';

const CERTIFICATE_NOT_ROTATED =
  'a certificate cannot be rotated: add the new one as a further credential, and delete this one when it is out of use';

/** The credentials of a client: several may be live at once, so that one can follow another without a gap. */
@Injectable()
export class CredentialsService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
    private readonly mint: CredentialMint,
  ) {}

  async list(clientId: string, { limit, cursor }: ListQueryOf<unknown>): Promise<Page<CredentialView>> {
    await loadClient(this.dataSource.manager, clientId);
    const repository = this.dataSource.getRepository(CredentialEntity);
    const request = { idColumn: 'credentialId', where: { clientId }, limit, cursor } as const;
    const { rows, total, nextCursor } = await loadPage(repository, request);
    return new Page(rows.map(toCredentialView), total, nextCursor);
  }

  async show(clientId: string, credentialId: string): Promise<CredentialView> {
    return toCredentialView(await loadCredential(this.dataSource.manager, clientId, credentialId));
  }

  create(clientId: string, input: CredentialInput): Promise<Written<NewCredentialView>> {
    return this.writer.write(async (tx) => {
      await loadClient(tx.manager, clientId);
      return this.insert(tx, clientId, input);
    });
  }

  /** A new credential of the same kind and name; the old one ends after the overlap, or earlier if it would have. */
  rotate(clientId: string, credentialId: string, overlapSeconds: number): Promise<Written<NewCredentialView>> {
    return this.writer.write(async (tx) => {
      const old = await loadCredential(tx.manager, clientId, credentialId);
      if (old.kind === 'certificate') throw invalidField('', CERTIFICATE_NOT_ROTATED);
      if (hasEnded(old)) throw conflict('only a live credential can be rotated: make a new one');
      const overlapEndsAt = Date.now() + overlapSeconds * 1000;
      const endsAt = Math.min(old.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY, overlapEndsAt);
      await tx.manager.update(CredentialEntity, { credentialId }, { expiresAt: new Date(endsAt) });
      const made = await this.insert(tx, clientId, { kind: old.kind, name: old.name, expires_at: null });
      await tx.emit({ type: 'key.rotated', data: toRotationData({ ...old, expiresAt: new Date(endsAt) }, made) });
      return made;
    });
  }

  /** Ends a credential for good. It stays listed, so that nobody can bring the same secret back; its secret goes. */
  revoke(clientId: string, credentialId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async (tx) => {
      const row = await loadCredential(tx.manager, clientId, credentialId);
      assertMatches(ifMatch, toCredentialView(row));
      const revokedAt = row.revokedAt ?? new Date();
      await tx.manager.update(CredentialEntity, { credentialId }, { revokedAt, secret: null, sealedSha256: null });
      await touchClient(tx, clientId);
    });
  }

  private async insert(tx: PolicyTransaction, clientId: string, source: CredentialSource): Promise<NewCredentialView> {
    const { row, secret } = this.mint.mint(clientId, source);
    if (row.kind === 'certificate') await releaseMark(tx, row.digest);
    await orConflict(tx.manager.insert(CredentialEntity, row), 'a client with that credential already exists');
    await touchClient(tx, clientId);
    return { ...toCredentialView(row), secret };
  }
}

async function loadCredential(
  manager: EntityManager,
  clientId: string,
  credentialId: string,
): Promise<CredentialEntity> {
  await loadClient(manager, clientId);
  const row = await manager.findOneBy(CredentialEntity, { clientId, credentialId });
  if (!row) throw notFound('credential');
  return row;
}

/** A mark is no secret: one that has ended may be given again, to the same client or another, in place of the old. */
async function releaseMark(tx: PolicyTransaction, digest: string): Promise<void> {
  const holder = await tx.manager.findOneBy(CredentialEntity, { digest, kind: 'certificate' });
  if (!holder || !hasEnded(holder)) return;
  await tx.manager.delete(CredentialEntity, { credentialId: holder.credentialId });
  await touchClient(tx, holder.clientId);
}

/** What webhooks are told of a rotation: which credential follows which, never a secret. */
function toRotationData({ clientId, credentialId, expiresAt }: CredentialEntity, made: NewCredentialView) {
  return {
    kind: made.kind,
    client_id: clientId,
    name: made.name,
    credential_id: made.credential_id,
    replaced_credential_id: credentialId,
    replaced_expires_at: toUnixSeconds(expiresAt),
  };
}

function hasEnded({ revokedAt, expiresAt }: CredentialEntity): boolean {
  return revokedAt !== null || (expiresAt !== null && expiresAt.getTime() <= Date.now());
}

async function touchClient({ manager, revision }: PolicyTransaction, clientId: string): Promise<void> {
  const changed = { updatedAt: new Date(), revision, aggregateRevision: revision };
  await manager.update(ClientEntity, { clientId }, changed);
}
