const NAMES = ['postgres', 'mysql', 'mssql', 'redis'] as const;

/** A server suites run on, as REQUIRE_DATABASES and TEST_DATABASE call it; `mysql` is MySQL or MariaDB. */
export type ServerName = (typeof NAMES)[number];

/** Says on stderr what is skipped without a server; throws when REQUIRE_DATABASES (comma-separated) names that server. */
export function skipWithout(server: ServerName, sentence: string): void {
  if (requiredServers().includes(server)) throw new Error(`REQUIRE_DATABASES names ${server}. ${sentence}`);
  process.stderr.write(`${sentence}\n`);
}

function requiredServers(): string[] {
  const names = (process.env.REQUIRE_DATABASES ?? '').split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !NAMES.some((known) => known === name));
  if (unknown.length > 0)
    throw new Error(`REQUIRE_DATABASES may name ${NAMES.join(', ')}, and not ${unknown.join(', ')}.`);
  return names;
}
