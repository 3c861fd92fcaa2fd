import { type EntityManager, In } from 'typeorm';
import { toPointer } from '../admin-api/field-errors';
import { invalidFields } from '../errors/refusals';
import { IssuerEntity } from '../issuers/issuer.entity';
import { RouteEntity, type StoredDemand } from './route.entity';

type Methods = Readonly<Record<string, StoredDemand | undefined>>;

/**
 * A demand that names an issuer nobody made would take no token, whatever was meant.
 * @throws GatewardenError request_invalid, pointing at each such name
 */
export async function assertIssuersExist(manager: EntityManager, methods: Methods): Promise<void> {
  const named = namedIssuers(methods);
  if (named.length === 0) return;
  const rows = await manager.find(IssuerEntity, {
    where: { name: In(named.map(({ name }) => name)) },
    select: { name: true },
  });
  const known = new Set(rows.map((row) => row.name));
  const unknown = named.filter(({ name }) => !known.has(name));
  if (unknown.length === 0) return;
  throw invalidFields(
    unknown.map(({ path, name }) => ({ pointer: toPointer(path), message: `no issuer is named ${name}` })),
  );
}

/** How many routes have a demand that names this issuer. */
export async function countRoutesNaming(manager: EntityManager, issuer: string): Promise<number> {
  const rows = await manager.find(RouteEntity, { select: { routeId: true, methods: true } });
  return rows.filter((row) => namedIssuers(row.methods).some(({ name }) => name === issuer)).length;
}

function namedIssuers(methods: Methods): { name: string; path: PropertyKey[] }[] {
  return Object.entries(methods).flatMap(([method, demand]) =>
    (demand?.issuers ?? []).map((name, index) => ({ name, path: ['methods', method, 'issuers', index] })),
  );
}
