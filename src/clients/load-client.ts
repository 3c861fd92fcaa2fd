import { type EntityManager, In } from 'typeorm';
import { notFound } from '../errors/refusals';
import { ClientEntity } from './client.entity';
import { CredentialEntity } from './credential.entity';

/** One client; @throws GatewardenError not_found */
export async function loadClient(manager: EntityManager, clientId: string): Promise<ClientEntity> {
  const row = await manager.findOneBy(ClientEntity, { clientId });
  if (!row) throw notFound('client');
  return row;
}

/** The credentials of some clients, by client id; oldest first, and those made together by kind. */
export async function credentialsByClient(
  manager: EntityManager,
  clientIds: readonly string[],
): Promise<Map<string, CredentialEntity[]>> {
  const rows = await manager.find(CredentialEntity, {
    where: { clientId: In(clientIds) },
    order: { createdAt: 'ASC', kind: 'ASC', credentialId: 'ASC' },
  });
  return Map.groupBy(rows, (row) => row.clientId);
}
