import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { serviceSchema } from '../../services/service.schema';
import type { Mapping, Server } from './predecessor-files';

const MAX_NAME_LENGTH = 200;

/** A service as the import sends it: only what the files say, so that anything else stays as somebody set it. */
export type PlannedService = Pick<
  z.input<typeof serviceSchema>,
  'name' | 'upstreams' | 'token_relay' | 'relay_secret'
> & { readonly name: string };

/** One service for each target of a server, named after both. */
export class ServicePlan {
  private readonly byTarget = new Map<string, PlannedService>();
  private readonly names = new Set<string>();

  get services(): PlannedService[] {
    return [...this.byTarget.values()];
  }

  /** The name of the service of a mapping, or a sentence why there can be none. */
  add(server: Server, { target_url: url }: Mapping): { name: string } | { fault: string } {
    const target = JSON.stringify([server.name, server.source_host, server.secret, url]);
    const planned = this.byTarget.get(target);
    if (planned) return { name: planned.name };
    if (server.secret === '')
      return { fault: 'has no secret to sign tokens with: an empty one would be no protection' };
    const name = this.nameOf(server, url);
    const upstreams = [{ url, weight: 1 }];
    const service: PlannedService = { name, upstreams, token_relay: 'resign', relay_secret: server.secret };
    const { error } = serviceSchema.safeParse(service);
    if (error) return { fault: error.issues[0]?.message ?? error.message };
    this.byTarget.set(target, service);
    this.names.add(name);
    return { name };
  }

  private nameOf({ name, source_host: host }: Server, url: string): string {
    const target = url.replace(/^https?:\/\//, '').replace(/\/+$/, '');
    const full = `${name || host}/${target}`;
    const digest = createHash('sha256').update(full).digest('hex').slice(0, 16);
    const plain = full.length > MAX_NAME_LENGTH - 4 ? `${full.slice(0, MAX_NAME_LENGTH - 21)}-${digest}` : full;
    const taken = (candidate: string) => this.names.has(candidate);
    if (!taken(plain)) return plain;
    for (let number = 2; ; number += 1) if (!taken(`${plain}-${number}`)) return `${plain}-${number}`;
  }
}
