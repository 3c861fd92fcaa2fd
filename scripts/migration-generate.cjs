// Prints the statements that would make the tables what the entities say, for the author of a migration. With --check it
// only tells whether there are any. Migrates DATABASE_URL first; without one, an embedded database in memory.
require('reflect-metadata');
const { parseDatabaseUrl } = require('../dist/config/database-url');
const { openDatabase } = require('../dist/src/database/open-database');
const { findDrift } = require('../dist/src/database/schema-drift');

async function main() {
  const dataSource = await openDatabase(parseDatabaseUrl(process.env.DATABASE_URL || 'pglite:memory://'));
  const drift = await findDrift(dataSource).finally(() => dataSource.destroy());
  console.log(drift.length === 0 ? 'The tables are what the entities say.' : `${drift.join(';\n')};`);
  if (drift.length > 0 && process.argv.includes('--check')) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
