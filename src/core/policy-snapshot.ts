import { PersistentMap } from './persistent-map';
import type { PolicyApiKey, PolicyClient } from './policy-client';
import type { PolicyService } from './policy-service';
import type { Route } from './routing/route';
import { RouteTable } from './routing/route-table';

/** What changed between two revisions, compiled. */
export interface PolicyChanges {
  readonly routes: readonly Route[];
  readonly services: readonly PolicyService[];
  readonly clients: readonly PolicyClient[];
  readonly removedRouteIds: readonly string[];
  readonly removedServiceIds: readonly string[];
  readonly removedClientIds: readonly string[];
}

export interface FoundApiKey {
  readonly client: PolicyClient;
  readonly apiKey: PolicyApiKey;
}

/** Everything a decision reads, at one revision; immutable, so a decision sees one policy from beginning to end. */
export class PolicySnapshot {
  private constructor(
    readonly revision: number,
    readonly routes: RouteTable,
    readonly services: PersistentMap<PolicyService>,
    readonly clients: PersistentMap<PolicyClient>,
    readonly apiKeys: PersistentMap<FoundApiKey>,
  ) {}

  static readonly empty = new PolicySnapshot(
    0,
    RouteTable.empty,
    PersistentMap.empty(),
    PersistentMap.empty(),
    PersistentMap.empty(),
  );

  /** The snapshot at `revision`: this one with the changes since. */
  with(revision: number, changes: PolicyChanges): PolicySnapshot {
    return new PolicySnapshot(
      revision,
      this.routes.with(changes.routes, changes.removedRouteIds),
      this.services.with(entries(changes.services, (service) => service.serviceId, changes.removedServiceIds)),
      this.clients.with(entries(changes.clients, (client) => client.clientId, changes.removedClientIds)),
      this.apiKeys.with(this.apiKeyEntries(changes)),
    );
  }

  private *apiKeyEntries(changes: PolicyChanges): Iterable<readonly [string, FoundApiKey | undefined]> {
    for (const clientId of [...changes.removedClientIds, ...changes.clients.map((client) => client.clientId)]) {
      for (const apiKey of this.clients.get(clientId)?.apiKeys ?? []) yield [apiKey.digest, undefined];
    }
    for (const client of changes.clients) {
      for (const apiKey of client.apiKeys) yield [apiKey.digest, { client, apiKey }];
    }
  }
}

function* entries<V>(
  changed: readonly V[],
  idOf: (value: V) => string,
  removedIds: readonly string[],
): Iterable<readonly [string, V | undefined]> {
  for (const id of removedIds) yield [id, undefined];
  for (const value of changed) yield [idOf(value), value];
}
