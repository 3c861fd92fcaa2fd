import { toUnixSeconds } from '../admin-api/unix-seconds';
import type { ClientEntity } from '../clients/client.entity';
import type { RateLimitEntity } from './rate-limit.entity';

export type RateLimitView = ReturnType<typeof toRateLimitView>;

/** A client's daily limit as the admin API shows it, with the name of the client. */
export function toRateLimitView(row: RateLimitEntity, { clientName }: Pick<ClientEntity, 'clientName'>) {
  return {
    client_id: row.clientId,
    client_name: clientName,
    requests_per_day: row.requestsPerDay,
    created_at: toUnixSeconds(row.createdAt),
    updated_at: toUnixSeconds(row.updatedAt),
    revision: row.revision,
  };
}
