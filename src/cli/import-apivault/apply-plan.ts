import { isDeepStrictEqual } from 'node:util';
import { maskSecret } from '../../core/credentials/minted-secret';
import type { AdminClient } from '../admin-client';
import { AdminRefusal } from '../admin-refusal';
import type { ImportPlan } from './import-plan';

export type Outcome = 'created' | 'changed' | 'unchanged';

/** What became of one object. */
export interface Applied {
  readonly kind: 'service' | 'issuer' | 'protect key' | 'route';
  readonly name: string;
  readonly outcome: Outcome;
}

interface Wanted {
  readonly kind: Applied['kind'];
  readonly name: string;
  readonly path: string;
  readonly idField: string;
  readonly filter: Record<string, string>;
  readonly body: object;
}

type Found = Readonly<Record<string, unknown>>;

/** Brings the objects of a plan about in a running gateway, those first that others name. */
export class PlanApplication {
  constructor(
    private readonly admin: AdminClient,
    private readonly isDryRun: boolean,
  ) {}

  /** @throws Error when the admin API refuses */
  async apply(plan: ImportPlan): Promise<Applied[]> {
    const applied: Applied[] = [];
    for (const wanted of wantedBy(plan)) {
      applied.push({ kind: wanted.kind, name: wanted.name, outcome: await this.bringAbout(wanted) });
    }
    if (plan.protectKey) {
      const { app } = plan.protectKey;
      applied.push({ kind: 'protect key', name: app, outcome: await this.addProtectKey(plan.protectKey) });
    }
    return applied;
  }

  /** Secrets cannot be read back: the gateway compares them, and its revision tells whether anything changed. */
  private async bringAbout({ path, idField, filter, body }: Wanted): Promise<Outcome> {
    const [found] = await this.admin.send<Found[]>('GET', `${path}?${new URLSearchParams(filter)}`);
    if (!found) {
      if (!this.isDryRun) await this.admin.send('POST', path, body);
      return 'created';
    }
    if (this.isDryRun) return differs(found, body) ? 'changed' : 'unchanged';
    const changed = await this.admin.send<Found>('PATCH', `${path}/${found[idField]}`, body);
    return changed.revision === found.revision ? 'unchanged' : 'changed';
  }

  private async addProtectKey(key: NonNullable<ImportPlan['protectKey']>): Promise<Outcome> {
    if (this.isDryRun) {
      const keys = await this.admin.send<Found[]>('GET', `protect-keys?${new URLSearchParams({ app: key.app })}`);
      return keys.some(({ masked }) => masked === maskSecret(key.value ?? '')) ? 'unchanged' : 'created';
    }
    try {
      await this.admin.send('POST', 'protect-keys', key);
      return 'created';
    } catch (error) {
      // It is there already, and no two apps can have the same.
      if (error instanceof AdminRefusal && error.status === 409) return 'unchanged';
      throw error;
    }
  }
}

function wantedBy({ services, issuer, routes }: ImportPlan): Wanted[] {
  return [
    ...services.map((body) => named('service', body)),
    ...(issuer ? [named('issuer', issuer)] : []),
    ...routes.map((body): Wanted => {
      const { domain, route_pattern } = body;
      const filter = { domain, route_pattern };
      return { kind: 'route', name: `${domain}${route_pattern}`, path: 'routes', idField: 'route_id', filter, body };
    }),
  ];
}

function named(kind: 'service' | 'issuer', body: { readonly name: string }): Wanted {
  const { name } = body;
  return { kind, name, path: `${kind}s`, idField: `${kind}_id`, filter: { name }, body };
}

/** As far as can be seen: a secret is not. */
function differs(found: Found, body: object): boolean {
  return Object.entries(body).some(([field, value]) => field in found && !isDeepStrictEqual(found[field], value));
}
