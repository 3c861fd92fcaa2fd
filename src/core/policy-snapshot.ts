import { PersistentMap } from './persistent-map';
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
    return new PolicySnapshot({
      revision,
      routes: this.routes.with(changes.routes, changes.removedRouteIds),
      services: this.services.with(
        entries(changes.services, (service) => service.serviceId, changes.removedServiceIds),
      ),
      clients: this.clients.with(entries(changes.clients, (client) => client.clientId, changes.removedClientIds)),
      apiKeys: this.apiKeys.with(this.indexed(changes, apiKeysOf)),
      clientsByAlias: this.clientsByAlias.with(this.indexed(changes, aliasOf)),
      certificates: this.certificates.with(this.indexed(changes, certificatesOf)),
      issuers: this.issuers.with(entries(changes.issuers, (issuer) => issuer.issuerId, changes.removedIssuerIds)),
      protectKeys: this.protectKeys.with(
        entries(changes.protectKeys, (key) => key.protectKeyId, changes.removedProtectKeyIds),
      ),
      revokedTokens: this.revokedTokens.with(
        entries(changes.revokedTokens, (revoked) => revoked.revokedTokenId, changes.removedRevokedTokenIds),
      ),
      signingKeys: this.signingKeys.with(entries(changes.signingKeys, (key) => key.kid, changes.removedSigningKeyIds)),
    });
  }

  /** A client by its id or alias. */
  findClient(idOrAlias: string): PolicyClient | undefined {
    return this.clients.get(idOrAlias) ?? this.clientsByAlias.get(idOrAlias);
  }

  /** The changes of an index over clients: everything of their former states goes, before what they have now comes. */
  private *indexed<V>(
    changes: PolicyChanges,
    entriesOf: EntriesOfClient<V>,
  ): Iterable<readonly [string, V | undefined]> {
    for (const clientId of [...changes.removedClientIds, ...changes.clients.map((client) => client.clientId)]) {
      const former = this.clients.get(clientId);
      if (former) for (const [key] of entriesOf(former)) yield [key, undefined];
    }
    for (const client of changes.clients) yield* entriesOf(client);
  }
}

type EntriesOfClient<V> = (client: PolicyClient) => readonly (readonly [string, V])[];

const apiKeysOf: EntriesOfClient<FoundApiKey> = (client) =>
  client.apiKeys.map((apiKey) => [apiKey.digest, { client, apiKey }]);

const aliasOf: EntriesOfClient<PolicyClient> = (client) => (client.alias === undefined ? [] : [[client.alias, client]]);

const certificatesOf: EntriesOfClient<FoundCertificate> = (client) =>
  client.certificates.map((certificate) => [certificate.mark, { client, certificate }]);

function* entries<V>(
  changed: readonly V[],
  idOf: (value: V) => string,
  removedIds: readonly string[],
): Iterable<readonly [string, V | undefined]> {
  for (const id of removedIds) yield [id, undefined];
  for (const value of changed) yield [idOf(value), value];
}
