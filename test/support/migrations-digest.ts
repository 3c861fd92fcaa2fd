import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names the state of the migrations' texts: what stands in them decides, not what they are called. */
export function migrationsDigest(): string {
  const migrations = join(__dirname, '..', '..', 'migrations');
  const texts = readdirSync(migrations, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .sort()
    .map((name) => readFileSync(join(migrations, name), 'utf8'));
  return hash('sha256', texts.join('\0')).slice(0, 16);
}
