import { In } from 'typeorm';
import { created, UNCHANGED, updated } from '../admin-api/put';
import { insertMany } from '../database/insert-many';
import type { PolicyTransaction } from '../database/policy-writer';
import { RateLimitEntity } from '../limits/rate-limit.entity';
import { findClients } from './clients-by-name';
import type { Entry } from './entry';
import { touchClients } from './put-permissions';

/** Puts the daily limits of clients. */
export async function putRateLimits(tx: PolicyTransaction, entries: readonly Entry<'rate_limit'>[]): Promise<void> {
  const { manager, revision } = tx;
  const names = entries.map(({ value }) => value.client);
  const clients = await findClients(manager, names);
  const targets = entries.flatMap((entry) => {
    const client = clients.find(entry, '/client', entry.value.client);
    return client ? [{ entry, clientId: client.clientId }] : [];
  });
  const rows = await manager.findBy(RateLimitEntity, { clientId: In(targets.map(({ clientId }) => clientId)) });
  const stored = new Map(rows.map((row) => [row.clientId, row]));
  const [fresh, touched]: [RateLimitEntity[], string[]] = [[], []];
  const now = new Date();
  for (const { entry, clientId } of targets) {
    const { requests_per_day: requestsPerDay } = entry.value;
    const row = stored.get(clientId);
    entry.put = putOf(row, requestsPerDay);
    if (entry.put.action === 'unchanged') continue;
    touched.push(clientId);
    if (row) await manager.update(RateLimitEntity, { clientId }, { requestsPerDay, updatedAt: now, revision });
    else fresh.push({ clientId, requestsPerDay, createdAt: now, updatedAt: now, revision });
  }
  await insertMany(manager, RateLimitEntity, fresh);
  await touchClients(tx, touched);
}

function putOf(row: RateLimitEntity | undefined, requestsPerDay: number) {
  const after = { requests_per_day: requestsPerDay };
  if (!row) return created(after);
  return row.requestsPerDay === requestsPerDay ? UNCHANGED : updated({ requests_per_day: row.requestsPerDay }, after);
}
