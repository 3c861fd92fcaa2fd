import { basename } from 'node:path';
import { type ImportPlan, planImport } from './import-plan';
import { apivaultSchema, microservicesSchema } from './predecessor-files';
import { readYamlFile } from './read-yaml-file';
import type { Remark } from './remark';
import { UnusableFilesError } from './unusable-files-error';

/**
 * The plan of two files of the predecessor.
 * @throws UnusableFilesError with every fault of both
 */
export function loadPlan(apivaultPath: string, microservicesPath: string): ImportPlan {
  const apivault = readYamlFile(apivaultPath, apivaultSchema);
  const microservices = readYamlFile(microservicesPath, microservicesSchema);
  const unknown = [...apivault.unknown, ...microservices.unknown];
  if (!apivault.value || !microservices.value) {
    throw new UnusableFilesError([...hint(unknown), ...apivault.faults, ...microservices.faults]);
  }
  const names = { apivault: basename(apivaultPath), microservices: basename(microservicesPath) };
  const plan = planImport(apivault.value, microservices.value, names);
  return { ...plan, remarks: [...unknown, ...plan.remarks] };
}

/** Either file given for the other has keys that only the other has. */
function hint(unknown: readonly Remark[]): Remark[] {
  const swapped = unknown.find(({ path }) => path === 'server' || path === 'jwt');
  if (!swapped) return [];
  const message = 'looks like the other file: give apivault.yml first, microservices.yml second';
  return [{ file: swapped.file, path: '', message }];
}
