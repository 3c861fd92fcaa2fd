import { randomBytes, randomUUID } from 'node:crypto';
import type { ClientEntity } from '../../src/clients/client.entity';
import type { CredentialEntity } from '../../src/clients/credential.entity';
import type { PermissionEntity } from '../../src/permissions/permission.entity';
import type { RouteEntity } from '../../src/routes/route.entity';
import type { ServiceEntity } from '../../src/services/service.entity';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const digest = (): string => randomBytes(32).toString('hex');

/** A complete row of the services table, unique in everything that must be. */
export function aService(fields: Partial<ServiceEntity> = {}): ServiceEntity {
  const serviceId = randomUUID();
  return {
    serviceId,
    name: `service ${serviceId}`,
    upstreams: [{ url: 'http://127.0.0.1:9', weight: 1 }],
    loadBalancing: 'round_robin',
    hashOn: 'ip',
    healthCheck: null,
    passiveHealth: { failures: 5, eject_ms: 10_000 },
    timeouts: { connect_ms: 2000, response_header_ms: 30_000, idle_ms: 60_000 },
    retries: 1,
    maxBodyBytes: 10_485_760,
    tls: null,
    tlsClientKey: null,
    tokenRelay: null,
    relaySecret: null,
    createdAt: NOW,
    updatedAt: NOW,
    revision: 1,
    ...fields,
  };
}

/** A complete row of the routes table without a service. */
export function aRoute(fields: Partial<RouteEntity> = {}): RouteEntity {
  return {
    routeId: randomUUID(),
    domain: 'api.example.com',
    routePattern: '/x/*',
    matchKey: digest(),
    serviceId: null,
    destination: null,
    methods: {},
    enabled: true,
    allowEncodedSlash: false,
    allowSemicolon: false,
    apiKeyInQuery: false,
    hmacUnsignedQuery: false,
    keepMethodOverride: false,
    protectVersions: ['v1', 'v2'],
    maxBodyBytes: null,
    timeouts: null,
    cors: null,
    validation: null,
    createdAt: NOW,
    updatedAt: NOW,
    revision: 1,
    ...fields,
  };
}

/** A complete row of the clients table without an alias. */
export function aClient(fields: Partial<ClientEntity> = {}): ClientEntity {
  const clientId = randomUUID();
  return {
    clientId,
    clientName: 'Mobile app',
    alias: null,
    aliasKey: clientId,
    status: 'active',
    tenant: null,
    createdAt: NOW,
    updatedAt: NOW,
    revision: 1,
    aggregateRevision: 1,
    ...fields,
  };
}

/** A complete row of the credentials table: an API key. */
export function aCredential(fields: Partial<CredentialEntity> & Pick<CredentialEntity, 'clientId'>): CredentialEntity {
  return {
    credentialId: randomUUID(),
    kind: 'api_key',
    name: null,
    digest: digest(),
    masked: 'gw_live_…abcd',
    secret: null,
    sealedSha256: null,
    mark: null,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    createdAt: NOW,
    ...fields,
  };
}

/** A complete row of the permissions table. */
export function aPermission(
  fields: Partial<PermissionEntity> & Pick<PermissionEntity, 'clientId' | 'routeId'>,
): PermissionEntity {
  return { permissionId: randomUUID(), allowedMethods: ['GET'], createdAt: NOW, revision: 1, ...fields };
}
