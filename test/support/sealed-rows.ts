import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { AdminEntity } from '../../src/admins/admin.entity';
import { ClientEntity } from '../../src/clients/client.entity';
import { CredentialEntity } from '../../src/clients/credential.entity';
import { WebhookSourceEntity } from '../../src/inbound-webhooks/webhook-source.entity';
import { IssuerEntity } from '../../src/issuers/issuer.entity';
import { ProtectKeyEntity } from '../../src/protect-keys/protect-key.entity';
import type { SecretCipher } from '../../src/secrets/secret-cipher';
import { ServiceEntity } from '../../src/services/service.entity';
import { RefreshTokenEntity } from '../../src/sessions/refresh-token.entity';
import { SessionEntity } from '../../src/sessions/session.entity';
import { SigningKeyEntity } from '../../src/signing-keys/signing-key.entity';
import { WebhookEntity } from '../../src/webhooks/webhook.entity';
import { aClient, aCredential, aService } from './rows';

const now = new Date('2026-01-02T03:04:05.678Z');
const times = { createdAt: now, updatedAt: now };
const digest = (): string => randomUUID().replaceAll('-', '').repeat(2);

/** One row of each table that keeps sealed text, every such column filled with the name of its context. */
export async function insertSealedRows({ manager }: DataSource, cipher: SecretCipher): Promise<void> {
  const seal = (context: string): string => cipher.encrypt(`secret of ${context}`, context);
  const id = randomUUID();
  await manager.insert(ServiceEntity, {
    ...aService(),
    serviceId: id,
    tlsClientKey: seal(`service:${id}:tls`),
    relaySecret: seal(`service:${id}:relay`),
  });
  const client = aClient();
  await manager.insert(ClientEntity, client);
  const hmac = {
    credentialId: id,
    kind: 'hmac_secret',
    secret: seal(`credential:${id}`),
    sealedSha256: seal(`credential:${id}:sha256`),
  } as const;
  await manager.insert(CredentialEntity, aCredential({ clientId: client.clientId, ...hmac }));
  const key = { protectKeyId: id, app: 'ios', digest: digest(), masked: '****', secret: seal(`protect_key:${id}`) };
  await manager.insert(ProtectKeyEntity, { ...key, ...times, expiresAt: null, revision: 1 });
  const signing = { kid: id, algorithm: 'EdDSA', privateKey: seal(`signing_key:${id}`), activatesAt: now };
  await manager.insert(SigningKeyEntity, { ...signing, retiresAt: null, createdAt: now, revision: 1 });
  const source = { sourceId: id, name: 'aegis', scheme: 'aegis', secret: seal(`webhook_source:${id}`) } as const;
  await manager.insert(WebhookSourceEntity, { ...source, ...times, events: [], enabled: true } as never);
  await manager.insert(IssuerEntity, anIssuerRow(id, seal));
  const totp = { totpSecret: seal(`admin_totp:${id}`), totpConfirmed: true, totpLastStep: 0 };
  await manager.insert(AdminEntity, {
    adminId: id,
    email: 'a@b.c',
    role: 'owner',
    passwordHash: null,
    ...totp,
    ...times,
  });
  await insertSession({ manager } as DataSource, id, seal);
  const secrets = [
    { sealed: seal(`webhook:${id}`), ends_at: null },
    { sealed: seal(`webhook:${id}`), ends_at: 1 },
  ];
  const webhook = { webhookId: id, url: 'https://example.com/', events: [], enabled: true, secrets, revision: 1 };
  await manager.insert(WebhookEntity, { ...webhook, ...times });
}

function anIssuerRow(issuerId: string, seal: (context: string) => string): IssuerEntity {
  return {
    ...{ issuerId, name: 'corp', type: 'static', issuer: null, jwksUrl: null, publicKey: null, introspection: null },
    ...{ audiences: [], algorithms: ['HS256'], clockSkewSeconds: 30, enabled: true, revision: 1, ...times },
    claims: { roles: 'roles', scopes: 'scope', tenant: null, client: null, forward: [] },
    secret: seal(`issuer:${issuerId}:secret`),
    introspectionSecret: seal(`issuer:${issuerId}:introspection`),
  };
}

async function insertSession({ manager }: DataSource, id: string, seal: (context: string) => string): Promise<void> {
  const seen = { createdAt: now, lastUsedAt: now, expiresAt: now, accessExpiresAt: now, revokedAt: null };
  const session = { sessionId: id, subject: 'user:1', login: 'a@b.c', ip: '', userAgent: '', ...seen };
  await manager.insert(SessionEntity, session);
  const token = { refreshTokenId: id, sessionId: id, digest: digest(), createdAt: now, expiresAt: now };
  await manager.insert(RefreshTokenEntity, { ...token, replacedAt: now, successor: seal(`refresh_token:${id}`) });
}

/** The sealed texts of every column of every table, each with the table and column it stands in. */
export async function findSealed(dataSource: DataSource): Promise<{ place: string; sealed: string }[]> {
  const found: { place: string; sealed: string }[] = [];
  for (const metadata of dataSource.entityMetadatas) {
    for (const row of await dataSource.getRepository(metadata.target).find()) {
      for (const column of metadata.columns) {
        const text = JSON.stringify(column.getEntityValue(row) ?? null);
        const place = `${metadata.tableName}.${column.databaseName}`;
        for (const [sealed] of text.matchAll(/v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+/g)) found.push({ place, sealed });
      }
    }
  }
  return found;
}
