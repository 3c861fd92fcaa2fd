import { type EntityManager, In } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { isUuid } from '../core/is-uuid';
import type { Entry } from './entry';

/** The clients some objects refer to by name, or by id where several share a name. */
export class ClientsByName {
  constructor(private readonly clients: ReadonlyMap<string, readonly ClientEntity[]>) {}

  /** The client of this name; none or several become a fault of the entry. */
  find(entry: Entry, pointer: string, name: string): ClientEntity | undefined {
    const found = this.clients.get(name) ?? [];
    if (found.length === 1) return found[0];
    const fault = found.length === 0 ? `no client is named ${name}` : `${found.length} clients are named ${name}`;
    entry.fail(pointer, fault);
    return undefined;
  }
}

/** Looks the clients of these names up, all at once. */
export async function findClients(manager: EntityManager, names: readonly string[]): Promise<ClientsByName> {
  const ids = names.filter(isUuid);
  const known = ids.length === 0 ? [] : await manager.findBy(ClientEntity, { clientId: In(ids) });
  const rows = await manager.findBy(ClientEntity, { clientName: In([...new Set(names)]) });
  const byName = Map.groupBy(rows, ({ clientName }) => clientName);
  for (const row of known) byName.set(row.clientId, [row]);
  return new ClientsByName(byName);
}
