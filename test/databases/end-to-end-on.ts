import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { reachableDatabases } from '../support/databases';
import type { TestDatabaseKind } from '../support/test-database';

const SUITES = join(__dirname, '..', 'e2e');

/** What reads and writes policy, people and events; to the rest a database is where its routes come from. */
const STORES =
  /^(?:admin|aegis|auth-(?:bad|log\.|mail|sessions|users)|credential-usage|decision-parity|explain|guards|inbound|last-known|limits|moving|own-issuer|signing-keys|token-relays|webhooks)/;

/** The end-to-end suites on a server, in one registry of modules: most of the time of each goes into loading those. */
export function runEndToEndOn(name: TestDatabaseKind['name'], testDatabase: string): void {
  process.env.TEST_DATABASE = testDatabase;
  const isReachable = reachableDatabases().some((kind) => kind.name === name);
  (isReachable ? describe : describe.skip)(`on ${name}`, () => {
    for (const suite of readdirSync(SUITES).filter((file) => file.endsWith('.spec.ts') && STORES.test(file))) {
      describe(suite, () => {
        require(join(SUITES, suite));
      });
    }
  });
}
