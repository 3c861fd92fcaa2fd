import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '..', '..');
const read = (file: string) => parse(readFileSync(join(ROOT, file), 'utf8'), { strict: true, uniqueKeys: true });

describe('the servers of a developer’s machine', () => {
  const { services } = read('docker/compose.databases.yaml');

  it('are those the tests look for, on this machine only, and say when they are ready', () => {
    expect(Object.keys(services)).toEqual(['postgres', 'mysql', 'mssql', 'redis']);
    const ports = Object.values(services as Record<string, { ports: string[] }>).flatMap((service) => service.ports);
    expect(ports).toEqual(['5432', '3306', '1433', '6379'].map((port) => `127.0.0.1:${port}:${port}`));
    for (const service of Object.values(services)) expect(service).toHaveProperty('healthcheck.test');
  });
});

describe('the pipeline', () => {
  const { jobs } = read('.github/workflows/ci.yml');
  const { env, strategy, steps } = jobs.test;

  it('runs everything on each kind of database, and requires every server', () => {
    expect(strategy.matrix.database).toEqual(['pglite', 'postgres', 'mysql', 'mssql']);
    expect(env.TEST_DATABASE).toMatch(/^\$\{\{ matrix\.database \}\}$/);
    expect(env.REQUIRE_DATABASES.split(',')).toEqual(['postgres', 'mysql', 'mssql', 'redis']);
    const { environment } = read('docker/compose.databases.yaml').services.mssql;
    expect(env.MSSQL_URL).toContain(`:${environment.MSSQL_SA_PASSWORD}@127.0.0.1:1433/`);
  });

  it('runs scripts there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const runs = steps.flatMap(({ run = '' }: { run?: string }) => /^npm run ([\w:]+)/.exec(run)?.[1] ?? []);
    expect(runs).toContain('migration:generate');
    for (const name of runs) expect(scripts).toHaveProperty([name]);
  });
});
