import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { reachableDatabases } from '../support/databases';
import type { TestDatabaseKind } from '../support/test-database';

const SUITES = join(__dirname, '..', 'e2e');

/** What starts on an embedded database whatever the others use, or waits and measures where no database has a part. */
const ELSEWHERE =
  /^(?:cli-|readme|auth-load|auth-throttle|proxy-volume|propagation|scale|starting-together|token-issuers|workers)/;

/** The end-to-end suites on a server, in one registry of modules: most of the time of each goes into loading those. */
export function runEndToEndOn(name: TestDatabaseKind['name'], testDatabase: string): void {
  process.env.TEST_DATABASE = testDatabase;
  const isReachable = reachableDatabases().some((kind) => kind.name === name);
  (isReachable ? describe : describe.skip)(`on ${name}`, () => {
    for (const suite of readdirSync(SUITES).filter((file) => file.endsWith('.spec.ts') && !ELSEWHERE.test(file))) {
      describe(suite, () => {
        require(join(SUITES, suite));
      });
    }
  });
}
