import type { AdminClient } from '../admin-client';

/** The kinds of object the demo keeps from start to start, with the field that holds their id. */
const ID_FIELDS = { services: 'service_id', routes: 'route_id', issuers: 'issuer_id', users: 'user_id' } as const;

interface Upsert {
  readonly path: keyof typeof ID_FIELDS;
  /** Finds the one object that is meant. */
  readonly filter: Record<string, string>;
  readonly body: unknown;
}

/** Brings one object to a known state, whether it is there already or not. */
export async function upsert<T>(admin: AdminClient, { path, filter, body }: Upsert): Promise<T> {
  const [found] = await admin.send<Record<string, string>[]>('GET', `${path}?${new URLSearchParams(filter)}`);
  if (!found) return admin.send('POST', path, body);
  return admin.send('PUT', `${path}/${found[ID_FIELDS[path]]}`, body);
}
