import { randomUUID } from 'node:crypto';
import { In } from 'typeorm';
import { created, type Put, UNCHANGED, updated } from '../admin-api/put';
import { ClientEntity } from '../clients/client.entity';
import { CredentialEntity } from '../clients/credential.entity';
import type { CredentialMint } from '../clients/credential-mint';
import type { GatewayEvent } from '../database/event-type';
import { insertMany } from '../database/insert-many';
import type { PolicyTransaction } from '../database/policy-writer';
import type { Entry } from './entry';

type ClientEntry = Entry<'client'>;

/** A client that is to be stored with the credentials it does not have yet. */
interface Plan {
  readonly entry: ClientEntry;
  readonly before: ClientEntity | undefined;
  readonly after: ClientEntity;
  readonly minted: readonly CredentialEntity[];
}

/** What is stored already that some clients could be, or collide with. */
interface Stored {
  readonly byName: ReadonlyMap<string, readonly ClientEntity[]>;
  readonly byId: ReadonlyMap<string, ClientEntity>;
  readonly byAlias: Map<string, string>;
}

/** Puts clients: credentials that are given and not there yet are added, others stay. */
export async function putClients(
  tx: PolicyTransaction,
  entries: readonly ClientEntry[],
  mint: CredentialMint,
): Promise<void> {
  const stored = await loadStored(tx, entries);
  const plans = entries.flatMap((entry) => planOf(tx, entry, stored, mint));
  const digests = plans.flatMap(({ minted }) => minted.map(({ digest }) => digest));
  const holders = await loadHolders(tx, digests);
  const [fresh, credentials]: [ClientEntity[], CredentialEntity[]] = [[], []];
  const events: GatewayEvent[] = [];
  for (const plan of plans) {
    const added = addedCredentials(plan, holders);
    if (!added) continue;
    const { entry, before, after } = plan;
    entry.put = putOf(plan, added);
    if (entry.put.action === 'unchanged') continue;
    if (before) await tx.manager.save(ClientEntity, after);
    else fresh.push(after);
    credentials.push(...added);
    events.push(...eventsOf(plan));
  }
  await insertMany(tx.manager, ClientEntity, fresh);
  await insertMany(tx.manager, CredentialEntity, credentials);
  await tx.emit(...events);
}

async function loadStored({ manager }: PolicyTransaction, entries: readonly ClientEntry[]): Promise<Stored> {
  const names = [...new Set(entries.map(({ value }) => value.client_name))];
  const ids = entries.flatMap(({ value }) => value.client_id ?? []);
  const aliases = entries.flatMap(({ value }) => value.alias ?? []);
  const named = await manager.findBy(ClientEntity, { clientName: In(names) });
  const known = ids.length === 0 ? [] : await manager.findBy(ClientEntity, { clientId: In(ids) });
  const called = aliases.length === 0 ? [] : await manager.findBy(ClientEntity, { aliasKey: In(aliases) });
  return {
    byName: Map.groupBy(named, ({ clientName }) => clientName),
    byId: new Map([...known, ...named].map((row) => [row.clientId, row])),
    byAlias: new Map(called.map(({ aliasKey, clientId }) => [aliasKey, clientId])),
  };
}

function planOf(tx: PolicyTransaction, entry: ClientEntry, stored: Stored, mint: CredentialMint): Plan[] {
  const { client_id, client_name: clientName, alias, status, tenant, credentials } = entry.value;
  const named = stored.byName.get(clientName) ?? [];
  const before = client_id === undefined ? named[0] : stored.byId.get(client_id);
  if (client_id === undefined && named.length > 1) {
    entry.fail('/client_name', `${named.length} clients are named ${clientName}: give its client_id too`);
  }
  if (before?.status === 'revoked' && status !== 'revoked') entry.fail('/status', 'a revoked client stays revoked');
  const clientId = before?.clientId ?? client_id ?? randomUUID();
  const aliasKey = alias ?? clientId;
  if ((stored.byAlias.get(aliasKey) ?? clientId) !== clientId) {
    entry.fail('/alias', 'a client with that alias already exists');
  }
  if (entry.faults.length > 0) return [];
  stored.byAlias.set(aliasKey, clientId);
  const now = new Date();
  const revisions = { revision: tx.revision, aggregateRevision: tx.revision };
  const columns = { clientId, clientName, alias, aliasKey, status, tenant };
  const after = { ...columns, createdAt: before?.createdAt ?? now, updatedAt: now, ...revisions };
  return [{ entry, before, after, minted: credentials.map((source) => mint.mint(clientId, source).row) }];
}

async function loadHolders({ manager }: PolicyTransaction, digests: readonly string[]): Promise<Map<string, string>> {
  const holders = new Map<string, string>();
  for (let from = 0; from < digests.length; from += 1_000) {
    const rows = await manager.find(CredentialEntity, {
      where: { digest: In(digests.slice(from, from + 1_000)) },
      select: { credentialId: true, clientId: true, digest: true },
    });
    for (const { digest, clientId } of rows) holders.set(digest, clientId);
  }
  return holders;
}

/** The credentials the client does not have yet, undefined when one of them is somebody else's. */
function addedCredentials(
  { entry, after, minted }: Plan,
  holders: Map<string, string>,
): CredentialEntity[] | undefined {
  const added: CredentialEntity[] = [];
  for (const [index, row] of minted.entries()) {
    const holder = holders.get(row.digest);
    if (holder === undefined) added.push(row);
    else if (holder !== after.clientId) entry.fail(`/credentials/${index}`, 'another client has this credential');
  }
  if (entry.faults.length > 0) return undefined;
  for (const { digest } of added) holders.set(digest, after.clientId);
  return added.filter(({ digest }, index) => index === added.findIndex((other) => other.digest === digest));
}

function putOf({ before, after }: Plan, added: readonly CredentialEntity[]): Put {
  const secrets = added.length === 0 ? [] : ['credentials'];
  if (!before) return created(toDiffView(after), secrets);
  const changes = updated(toDiffView(before), toDiffView(after), secrets);
  return Object.keys(changes.diff).length === 0 ? UNCHANGED : changes;
}

function toDiffView({ clientName, alias, status, tenant }: ClientEntity) {
  return { client_name: clientName, alias, status, tenant };
}

function eventsOf({ before, after }: Plan): GatewayEvent[] {
  const { clientId, clientName, alias, status, tenant } = after;
  const data = { client_id: clientId, client_name: clientName, alias, status, tenant };
  if (!before) return [{ type: 'client.created', data }];
  return before.status === status || status === 'active' ? [] : [{ type: `client.${status}`, data }];
}
