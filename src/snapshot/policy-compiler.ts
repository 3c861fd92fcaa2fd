import { Injectable, Logger } from '@nestjs/common';
import { UnusableCondition } from '../conditions/unusable-condition';
import type { PolicySigningKey } from '../core/policy-signing-key';
import type { PolicyChanges } from '../core/policy-snapshot';
import type { Route } from '../core/routing/route';
import { SecretCipher } from '../secrets/secret-cipher';
import { compileClient } from './compile-client';
import { compileIssuer } from './compile-issuer';
import { compileProtectKey } from './compile-protect-key';
import { compileRevokedToken } from './compile-revoked-token';
import { compileRoute } from './compile-route';
import { compileService } from './compile-service';
import { compileSigningKey } from './compile-signing-key';
import type { IssuerRow, PolicyRows } from './policy-rows';
import type { SharedValues } from './shared-values';

/** What the rows of one slice are compiled with. */
export interface CompileContext {
  /** The gateway's own keys as of the slices before. */
  readonly signingKeys: () => readonly PolicySigningKey[];
  readonly shared: SharedValues;
}

/** Makes of stored rows what decisions read; the only place where secrets of policy are opened. */
@Injectable()
export class PolicyCompiler {
  private readonly logger = new Logger(PolicyCompiler.name);

  constructor(private readonly cipher: SecretCipher) {}

  /** A row nobody can use must not keep the others from being served; it is left out and said so. */
  compile(rows: PolicyRows, { signingKeys, shared }: CompileContext): PolicyChanges {
    const { cipher } = this;
    const keys = this.each(
      rows.signingKeys,
      'key',
      (row) => row.kid,
      (row) => compileSigningKey(row, cipher),
    );
    const services = this.each(
      rows.services,
      'service',
      (row) => row.serviceId,
      (row) => compileService(row, cipher),
    );
    const routes = this.each(
      rows.routes,
      'route',
      (row) => row.routeId,
      (row) => compileRoute(row, shared),
    );
    for (const route of routes.compiled) this.reportUnusableConditions(route);
    const protectKeys = this.each(
      rows.protectKeys,
      'protect key',
      (row) => row.protectKeyId,
      (row) => compileProtectKey(row, cipher),
    );
    const ownKeys = rows.issuers?.some(isOwn) ? signingKeys() : [];
    const issuers = this.each(
      rows.issuers,
      'issuer',
      (row) => row.issuerId,
      (row) => compileIssuer(row, cipher, ownKeys),
    );
    const { removed = {} } = rows;
    return {
      services: services.compiled,
      routes: routes.compiled,
      clients: (rows.clients ?? []).map((row) => compileClient(row, cipher, shared, this.sayUnusable('credential'))),
      issuers: issuers.compiled,
      protectKeys: protectKeys.compiled,
      revokedTokens: (rows.revokedTokens ?? []).map(compileRevokedToken),
      signingKeys: keys.compiled,
      removedServiceIds: [...(removed.service ?? []), ...services.unusableIds],
      removedRouteIds: [...(removed.route ?? []), ...routes.unusableIds],
      removedClientIds: removed.client ?? [],
      removedIssuerIds: [...(removed.issuer ?? []), ...issuers.unusableIds],
      removedProtectKeyIds: [...(removed.protect_key ?? []), ...protectKeys.unusableIds],
      removedRevokedTokenIds: removed.revoked_token ?? [],
      removedSigningKeyIds: [...(removed.signing_key ?? []), ...keys.unusableIds],
    };
  }

  private each<R, V>(
    rows: readonly R[] = [],
    kind: string,
    idOf: (row: R) => string,
    compile: (row: R) => V,
  ): { compiled: V[]; unusableIds: string[] } {
    const compiled: V[] = [];
    const unusableIds: string[] = [];
    for (const row of rows) {
      try {
        compiled.push(compile(row));
      } catch (error) {
        unusableIds.push(idOf(row));
        this.sayUnusable(kind)(idOf(row), error as Error);
      }
    }
    return { compiled, unusableIds };
  }

  private reportUnusableConditions({ routeId, demands }: Route): void {
    for (const [method, { condition }] of demands) {
      if (!(condition instanceof UnusableCondition)) continue;
      this.logger.error(
        `route ${routeId} refuses every ${method}: its condition is unusable: ${condition.fault.message}`,
      );
    }
  }

  private sayUnusable(kind: string) {
    return (id: string, error: Error): void =>
      this.logger.error(`${kind} ${id} cannot be used and is left out: ${error.message}`);
  }
}

function isOwn({ type, secret }: IssuerRow): boolean {
  return type === 'own' && secret === null;
}
