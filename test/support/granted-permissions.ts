import { randomUUID } from 'node:crypto';
import { ClientEntity } from '../../src/clients/client.entity';
import { connectDatabase } from '../../src/database/open-database';
import { PolicyWriter } from '../../src/database/policy-writer';
import { PermissionEntity } from '../../src/permissions/permission.entity';
import type { GatewayPair } from './gateway-pair';

const PAUSE_MS = 5;
const LONGEST_MS = 10_000;
/** A client is loaded whole, so none has very many permissions. */
const ROUTES = 40;

/** One client's permission on one route. */
export interface GrantedPermission {
  readonly permissionId: string;
  readonly clientId: string;
  readonly key: string;
  readonly path: string;
}

/** Permissions that both processes of a pair serve: revoked on the first, asked for on the second. */
export class GrantedPermissions {
  private constructor(
    private readonly pair: GatewayPair,
    readonly all: GrantedPermission[],
  ) {}

  static async grant(pair: GatewayPair, { count, upstream }: { count: number; upstream: string }) {
    const routes: { routeId: string; path: string }[] = [];
    for (let i = 0; i < Math.min(count, ROUTES); i += 1) {
      const { route_id } = await pair.first.admin('POST', '/routes', {
        ...{ domain: '*', route_pattern: `/guarded/${i}`, service_name: 'guarded', upstream },
        methods: { GET: { auth_required: true, auth_type: 'api_key' } },
      });
      routes.push({ routeId: route_id, path: `/guarded/${i}` });
    }
    const clients: { clientId: string; key: string }[] = [];
    for (let i = 0; i < Math.ceil(count / ROUTES); i += 1) {
      const made = await pair.first.admin('POST', '/clients', { client_name: `c${i}`, api_key: { generate: true } });
      clients.push({ clientId: made.client_id, key: made.api_key });
    }
    const rows = clients.flatMap((client) =>
      routes.map((route) => ({ ...client, ...route, permissionId: randomUUID() as string })),
    );
    await insertAll(pair.database.url, rows);
    // Whatever is written next makes both look.
    await pair.first.admin('POST', '/clients?wait=applied', { client_name: 'last' });
    return new GrantedPermissions(pair, rows.slice(0, count));
  }

  /** Revokes on one process, and resolves to how long after the answer the other one still let the client in. */
  async revoke(permission: GrantedPermission): Promise<number> {
    await this.pair.first.admin('DELETE', `/permissions/${permission.permissionId}`);
    return this.untilRefused(permission);
  }

  /** How long from now the other process lets the client in. */
  async untilRefused(permission: GrantedPermission): Promise<number> {
    const startedMs = performance.now();
    for (;;) {
      const status = await this.ask(permission);
      const waitedMs = performance.now() - startedMs;
      if (status === 403 || waitedMs > LONGEST_MS) return waitedMs;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** The status of the other process. */
  async ask({ key, path }: GrantedPermission): Promise<number> {
    const reply = await fetch(`${this.pair.second.proxyUrl}${path}`, { headers: { 'x-api-key': key } });
    await reply.arrayBuffer();
    return reply.status;
  }
}

async function insertAll(
  databaseUrl: string,
  rows: readonly { permissionId: string; clientId: string; routeId: string }[],
): Promise<void> {
  await writeUnannounced(databaseUrl, async ({ manager, revision }) => {
    const shared = { allowedMethods: ['GET'], revision, createdAt: new Date() };
    const made = rows.map(({ permissionId, clientId, routeId }) => ({ permissionId, clientId, routeId, ...shared }));
    await manager.insert(PermissionEntity, made);
    for (const clientId of new Set(rows.map((row) => row.clientId))) {
      await manager.update(ClientEntity, { clientId }, { aggregateRevision: revision });
    }
  });
}

/** A change as a process leaves it that dies between committing and announcing it. */
export async function writeUnannounced(
  databaseUrl: string,
  change: Parameters<PolicyWriter['write']>[0],
): Promise<void> {
  const dataSource = await connectDatabase(databaseUrl);
  try {
    await new PolicyWriter(dataSource).write(change);
  } finally {
    await dataSource.destroy();
  }
}
