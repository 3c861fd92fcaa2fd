import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, LessThan } from 'typeorm';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { assertMatches } from '../admin-api/etag';
import type { ListQueryOf } from '../admin-api/list-query.decorator';
import { definedOnly, loadPage } from '../admin-api/load-page';
import { Page } from '../admin-api/page';
import { toRevocationId } from '../core/credentials/jwt/revocation-id';
import { PolicyWriter } from '../database/policy-writer';
import { invalidField, notFound } from '../errors/refusals';
import { IssuerEntity } from '../issuers/issuer.entity';
import { RevokedTokenEntity } from './revoked-token.entity';
import type { RevokedTokenInput } from './revoked-token.schema';
import { type RevokedTokenView, toRevokedTokenView } from './revoked-token.view';

type RevokedTokenQuery = ListQueryOf<{ issuer?: string; jti?: string }>;

/** Far more than any clock skew: a row is kept until the token is refused for its age everywhere. */
const MARGIN_MS = 3_600_000;

/** The tokens that count no more though they have not ended; in force for the very next request. */
@Injectable()
export class RevokedTokensService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly writer: PolicyWriter,
  ) {}

  async list({ limit, cursor, issuer, jti }: RevokedTokenQuery): Promise<Page<RevokedTokenView>> {
    const { manager } = this.dataSource;
    const found = issuer === undefined ? undefined : await findIssuer(manager, issuer);
    if (issuer !== undefined && !found) return new Page([], 0, undefined);
    const where = definedOnly<RevokedTokenEntity>({ issuerId: found?.issuerId, jti });
    const repository = this.dataSource.getRepository(RevokedTokenEntity);
    const page = await loadPage(repository, { idColumn: 'revokedTokenId', where, limit, cursor });
    return new Page(await toViews(manager, page.rows), page.total, page.nextCursor);
  }

  show(revokedTokenId: string): Promise<RevokedTokenView> {
    return loadView(this.dataSource.manager, revokedTokenId);
  }

  /** Revoking again moves the end of the revocation; rows whose tokens have ended go on the way. */
  create({ issuer: name, jti, expires_at: expiresAt }: RevokedTokenInput): Promise<Written<RevokedTokenView>> {
    return this.writer.write(async ({ manager, revision }) => {
      const issuer = await findIssuer(manager, name);
      if (!issuer) throw invalidField('/issuer', 'issuer not found');
      await manager.delete(RevokedTokenEntity, { expiresAt: LessThan(new Date(Date.now() - MARGIN_MS)) });
      const { issuerId } = issuer;
      const revokedTokenId = toRevocationId(issuerId, jti);
      const row = { revokedTokenId, issuerId, jti, expiresAt, createdAt: new Date(), revision };
      await manager.save(RevokedTokenEntity, row);
      return toRevokedTokenView(row, issuer.name);
    });
  }

  remove(revokedTokenId: string, ifMatch: string | undefined): Promise<Written<void>> {
    return this.writer.write(async ({ manager, bury }) => {
      assertMatches(ifMatch, await loadView(manager, revokedTokenId));
      await manager.delete(RevokedTokenEntity, { revokedTokenId });
      await bury('revoked_token', revokedTokenId);
    });
  }
}

async function loadView(manager: EntityManager, revokedTokenId: string): Promise<RevokedTokenView> {
  const row = await manager.findOneBy(RevokedTokenEntity, { revokedTokenId });
  const [view] = row ? await toViews(manager, [row]) : [];
  if (!view) throw notFound('revoked token');
  return view;
}

async function toViews(manager: EntityManager, rows: readonly RevokedTokenEntity[]): Promise<RevokedTokenView[]> {
  const issuerId = In([...new Set(rows.map((row) => row.issuerId))]);
  const issuers = await manager.find(IssuerEntity, { where: { issuerId }, select: { issuerId: true, name: true } });
  const names = new Map(issuers.map((issuer) => [issuer.issuerId, issuer.name]));
  return rows.map((row) => toRevokedTokenView(row, names.get(row.issuerId) ?? ''));
}

function findIssuer(manager: EntityManager, name: string): Promise<IssuerEntity | null> {
  return manager.findOneBy(IssuerEntity, { name });
}
