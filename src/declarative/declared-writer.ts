import { Injectable } from '@nestjs/common';
import type { Put } from '../admin-api/put';
import type { PolicyTransaction } from '../database/policy-writer';
import { GatewardenError } from '../errors/gatewarden-error';
import { IssuersService } from '../issuers/issuers.service';
import { RoutesService } from '../routes/routes.service';
import { ServicesService } from '../services/services.service';
import { DECLARED_TYPES, type Declared, type DeclaredType } from './declared.schema';
import type { Entry } from './entry';
import { KeyPutters } from './key-putters';
import { putClients } from './put-clients';
import { putPermissions } from './put-permissions';
import { putRateLimits } from './put-rate-limits';

/** No statement names more: databases have a limit. */
const MOST_AT_ONCE = 1_000;

type Putters = { readonly [T in DeclaredType]: (tx: PolicyTransaction, entries: Entry<T>[]) => Promise<void> };

/** Puts declared objects within one transaction: each is made, changed or left as it is, and told so in its entry. */
@Injectable()
export class DeclaredWriter {
  private readonly putters: Putters;

  constructor(services: ServicesService, routes: RoutesService, issuers: IssuersService, keys: KeyPutters) {
    this.putters = {
      issuer: each((tx, input) => issuers.put(tx, input)),
      service: each((tx, input) => services.put(tx, input)),
      route: each((tx, input) => routes.put(tx, input)),
      client: (tx, entries) => putClients(tx, entries, keys.mint),
      protect_key: each((tx, input) => keys.protectKeys.put(tx, input)),
      webhook: each((tx, { secret, ...input }) => keys.webhooks.put(tx, input, secret)),
      permission: putPermissions,
      rate_limit: putRateLimits,
    };
  }

  /** Puts all of them; those of one name in the order they were given, and what is referred to first. */
  async putAll(tx: PolicyTransaction, entries: readonly Entry[]): Promise<void> {
    for (const type of DECLARED_TYPES) {
      let rest = entries.filter((entry) => entry.type === type);
      while (rest.length > 0) {
        const round = firstOfEachName(rest);
        await this.putRound(tx, type, [...round]);
        rest = rest.filter((entry) => !round.has(entry));
      }
    }
  }

  private async putRound<T extends DeclaredType>(tx: PolicyTransaction, type: T, entries: Entry[]): Promise<void> {
    for (let from = 0; from < entries.length; from += MOST_AT_ONCE) {
      await this.putters[type](tx, entries.slice(from, from + MOST_AT_ONCE) as unknown as Entry<T>[]);
    }
  }
}

function firstOfEachName(entries: readonly Entry[]): Set<Entry> {
  const byName = new Map<string, Entry>();
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  return new Set(byName.values());
}

/** One after the other; what a field has wrong is the fault of its entry alone, because nothing was written by then. */
function each<T extends DeclaredType>(put: (tx: PolicyTransaction, input: Declared<T>) => Promise<Put>) {
  return async (tx: PolicyTransaction, entries: readonly Entry<T>[]): Promise<void> => {
    for (const entry of entries) {
      try {
        entry.put = await put(tx, entry.value);
      } catch (error) {
        if (!(error instanceof GatewardenError) || error.code !== 'request_invalid') throw error;
        entry.faults = error.errors ?? [{ pointer: '', message: error.message }];
      }
    }
  };
}
