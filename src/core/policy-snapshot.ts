import { PersistentMap, type PersistentMapEdit } from './persistent-map';
import type { PolicyApiKey, PolicyCertificate, PolicyClient } from './policy-client';
import type { PolicyIssuer } from './policy-issuer';
import type { PolicyProtectKey } from './policy-protect-key';
import type { PolicyRevokedToken } from './policy-revoked-token';
import type { PolicyService } from './policy-service';
import type { PolicySigningKey } from './policy-signing-key';
import type { Route } from './routing/route';
import { RouteTable } from './routing/route-table';

/** What changed between two revisions, compiled. */
export interface PolicyChanges {
  readonly routes: readonly Route[];
  readonly services: readonly PolicyService[];
  readonly clients: readonly PolicyClient[];
  readonly issuers: readonly PolicyIssuer[];
  readonly protectKeys: readonly PolicyProtectKey[];
  readonly revokedTokens: readonly PolicyRevokedToken[];
  readonly signingKeys: readonly PolicySigningKey[];
  readonly removedRouteIds: readonly string[];
  readonly removedServiceIds: readonly string[];
  readonly removedClientIds: readonly string[];
  readonly removedIssuerIds: readonly string[];
  readonly removedProtectKeyIds: readonly string[];
  readonly removedRevokedTokenIds: readonly string[];
  readonly removedSigningKeyIds: readonly string[];
}

/** Nothing changed: what a change of one kind is made from. */
export const NO_CHANGES: PolicyChanges = {
  routes: [],
  services: [],
  clients: [],
  issuers: [],
  protectKeys: [],
  revokedTokens: [],
  signingKeys: [],
  removedRouteIds: [],
  removedServiceIds: [],
  removedClientIds: [],
  removedIssuerIds: [],
  removedProtectKeyIds: [],
  removedRevokedTokenIds: [],
  removedSigningKeyIds: [],
};

export interface FoundApiKey {
  readonly client: PolicyClient;
  readonly apiKey: PolicyApiKey;
}

export interface FoundCertificate {
  readonly client: PolicyClient;
  readonly certificate: PolicyCertificate;
}

interface PolicyParts {
  readonly revision: number;
  readonly routes: RouteTable;
  readonly services: PersistentMap<PolicyService>;
  readonly clients: PersistentMap<PolicyClient>;
  /** By digest. */
  readonly apiKeys: PersistentMap<FoundApiKey>;
  /** By alias. */
  readonly clientsByAlias: PersistentMap<PolicyClient>;
  /** By mark. */
  readonly certificates: PersistentMap<FoundCertificate>;
  readonly issuers: PersistentMap<PolicyIssuer>;
  readonly protectKeys: PersistentMap<PolicyProtectKey>;
  readonly revokedTokens: PersistentMap<PolicyRevokedToken>;
  /** The gateway's own keys, by `kid`. */
  readonly signingKeys: PersistentMap<PolicySigningKey>;
}

/** Everything a decision reads, at one revision; immutable, so a decision sees one policy from beginning to end. */
export class PolicySnapshot implements PolicyParts {
  readonly revision: number;
  readonly routes: RouteTable;
  readonly services: PersistentMap<PolicyService>;
  readonly clients: PersistentMap<PolicyClient>;
  readonly apiKeys: PersistentMap<FoundApiKey>;
  readonly clientsByAlias: PersistentMap<PolicyClient>;
  readonly certificates: PersistentMap<FoundCertificate>;
  readonly issuers: PersistentMap<PolicyIssuer>;
  readonly protectKeys: PersistentMap<PolicyProtectKey>;
  readonly revokedTokens: PersistentMap<PolicyRevokedToken>;
  readonly signingKeys: PersistentMap<PolicySigningKey>;

  private constructor(parts: PolicyParts) {
    this.revision = parts.revision;
    this.routes = parts.routes;
    this.services = parts.services;
    this.clients = parts.clients;
    this.apiKeys = parts.apiKeys;
    this.clientsByAlias = parts.clientsByAlias;
    this.certificates = parts.certificates;
    this.issuers = parts.issuers;
    this.protectKeys = parts.protectKeys;
    this.revokedTokens = parts.revokedTokens;
    this.signingKeys = parts.signingKeys;
  }

  static readonly empty = new PolicySnapshot({
    revision: 0,
    routes: RouteTable.empty,
    services: PersistentMap.empty(),
    clients: PersistentMap.empty(),
    apiKeys: PersistentMap.empty(),
    clientsByAlias: PersistentMap.empty(),
    certificates: PersistentMap.empty(),
    issuers: PersistentMap.empty(),
    protectKeys: PersistentMap.empty(),
    revokedTokens: PersistentMap.empty(),
    signingKeys: PersistentMap.empty(),
  });

  /** The snapshot at `revision`: this one with the changes since. */
  with(revision: number, changes: PolicyChanges): PolicySnapshot {
    const edit = this.edit();
    edit.apply(changes);
    return edit.finish(revision);
  }

  /** Changes that may be made over several turns; this snapshot stays as it is. */
  edit(): PolicyEdit {
    return new PolicyEdit(this, (parts) => new PolicySnapshot(parts));
  }

  /** A client by its id or alias. */
  findClient(idOrAlias: string): PolicyClient | undefined {
    return this.clients.get(idOrAlias) ?? this.clientsByAlias.get(idOrAlias);
  }
}

/** The next snapshot in the making, of one slice of changes after another. Of no use once it is finished. */
export class PolicyEdit {
  private readonly routes;
  private readonly services;
  private readonly clients;
  private readonly apiKeys;
  private readonly clientsByAlias;
  private readonly certificates;
  private readonly issuers;
  private readonly protectKeys;
  private readonly revokedTokens;
  private readonly keys;

  constructor(
    before: PolicyParts,
    private readonly make: (parts: PolicyParts) => PolicySnapshot,
  ) {
    this.routes = before.routes.edit();
    this.services = before.services.edit();
    this.clients = before.clients.edit();
    this.apiKeys = before.apiKeys.edit();
    this.clientsByAlias = before.clientsByAlias.edit();
    this.certificates = before.certificates.edit();
    this.issuers = before.issuers.edit();
    this.protectKeys = before.protectKeys.edit();
    this.revokedTokens = before.revokedTokens.edit();
    this.keys = before.signingKeys.edit();
  }

  /** The gateway's own keys as of the slices so far. */
  get signingKeys(): PolicySigningKey[] {
    return [...this.keys.values()];
  }

  /** A route as of the slices so far. */
  findRoute(routeId: string): Route | undefined {
    return this.routes.find(routeId);
  }

  apply(changes: PolicyChanges): void {
    this.routes.apply(changes.routes, changes.removedRouteIds);
    change(this.services, changes.services, (service) => service.serviceId, changes.removedServiceIds);
    change(this.issuers, changes.issuers, (issuer) => issuer.issuerId, changes.removedIssuerIds);
    change(this.protectKeys, changes.protectKeys, (key) => key.protectKeyId, changes.removedProtectKeyIds);
    change(this.revokedTokens, changes.revokedTokens, (token) => token.revokedTokenId, changes.removedRevokedTokenIds);
    change(this.keys, changes.signingKeys, (key) => key.kid, changes.removedSigningKeyIds);
    for (const clientId of changes.removedClientIds) this.removeClient(clientId);
    for (const client of changes.clients) this.removeClient(client.clientId);
    for (const client of changes.clients) this.addClient(client);
  }

  finish(revision: number): PolicySnapshot {
    return this.make({
      revision,
      routes: this.routes.finish(),
      services: this.services.finish(),
      clients: this.clients.finish(),
      apiKeys: this.apiKeys.finish(),
      clientsByAlias: this.clientsByAlias.finish(),
      certificates: this.certificates.finish(),
      issuers: this.issuers.finish(),
      protectKeys: this.protectKeys.finish(),
      revokedTokens: this.revokedTokens.finish(),
      signingKeys: this.keys.finish(),
    });
  }

  private addClient(client: PolicyClient): void {
    this.clients.set(client.clientId, client);
    for (const apiKey of client.apiKeys) this.apiKeys.set(apiKey.digest, { client, apiKey });
    if (client.alias !== undefined) this.clientsByAlias.set(client.alias, client);
    for (const certificate of client.certificates) this.certificates.set(certificate.mark, { client, certificate });
  }

  /** What another client has taken over in an earlier slice stays. */
  private removeClient(clientId: string): void {
    const client = this.clients.get(clientId);
    if (!client) return;
    this.clients.set(clientId, undefined);
    for (const { digest } of client.apiKeys) {
      if (this.apiKeys.get(digest)?.client === client) this.apiKeys.set(digest, undefined);
    }
    if (client.alias !== undefined && this.clientsByAlias.get(client.alias) === client) {
      this.clientsByAlias.set(client.alias, undefined);
    }
    for (const { mark } of client.certificates) {
      if (this.certificates.get(mark)?.client === client) this.certificates.set(mark, undefined);
    }
  }
}

function change<V>(
  edit: PersistentMapEdit<V>,
  changed: readonly V[],
  idOf: (value: V) => string,
  removedIds: readonly string[],
): void {
  for (const id of removedIds) edit.set(id, undefined);
  for (const value of changed) edit.set(idOf(value), value);
}
