import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { reachableDatabases } from '../support/databases';
import type { TestDatabaseKind } from '../support/test-database';

const SUITES = join(__dirname, '..', 'e2e');
const STORING: RegExp = require('./storing-suites.cjs');

/** The end-to-end suites that store something, in one registry of modules: half the time of each goes into loading those. */
export function runEndToEndOn(name: TestDatabaseKind['name'], testDatabase: string): void {
  process.env.TEST_DATABASE = testDatabase;
  const isReachable = reachableDatabases().some((kind) => kind.name === name);
  (isReachable ? describe : describe.skip)(`on ${name}`, () => {
    for (const suite of readdirSync(SUITES).map((file) => join(SUITES, file))) {
      if (STORING.test(suite)) describe(basename(suite), () => void require(suite));
    }
  });
}
