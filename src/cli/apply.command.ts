import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import type { Applied, Change } from '../declarative/configuration-apply';
import { AdminRefusal } from './admin-refusal';
import { resolveSecrets } from './backup/resolve-secrets';
import { UnusableFileError } from './backup/unusable-file-error';
import { connectAdmin } from './connect-admin';
import { isConfirmed } from './is-confirmed';

export interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `gatewarden apply FILE`: makes the policy what the file says; a terminal is shown the difference and asked first. */
export async function apply(path: string, { dryRun = false, yes = false, json = false }: ApplyOptions): Promise<void> {
  const file = resolveSecrets(readYaml(path), { env: process.env, directory: dirname(path) });
  const admin = connectAdmin(process.env);
  const send = (isDry: boolean, headers = {}) =>
    admin.send<Applied>('POST', `config/apply?dry_run=${isDry}`, file, headers);
  try {
    const isAsked = !dryRun && !yes && process.stdin.isTTY;
    const planned = dryRun || isAsked ? await send(true) : undefined;
    if (planned && isAsked) {
      process.stderr.write(`${toText(planned, true)}\n`);
      if (planned.changes.length === 0 || !(await isConfirmed('Make these changes?'))) return;
    }
    // What was agreed to is done only as long as nobody has changed anything since.
    const agreed = planned && { 'if-match': `"${planned.revision}"` };
    const applied = dryRun && planned ? planned : await send(false, agreed);
    process.stdout.write(`${json ? JSON.stringify(applied, undefined, 2) : toText(applied, dryRun)}\n`);
  } catch (error) {
    throw error instanceof AdminRefusal && error.errors.length > 0 ? toUnusable(error) : error;
  } finally {
    await admin.close();
  }
}

function toUnusable({ errors }: AdminRefusal): UnusableFileError {
  return new UnusableFileError(errors.map(({ pointer, message }) => `${pointer || '/'}: ${message}`));
}

function readYaml(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return path.endsWith('.json') ? JSON.parse(text) : parse(text, { logLevel: 'silent' });
  } catch {
    throw new UnusableFileError([`${path} is neither YAML nor JSON`]);
  }
}

function toText({ revision, changes }: Applied, isPlanned: boolean): string {
  if (changes.length === 0) return `Nothing differs from revision ${revision}.`;
  const heading = isPlanned ? `Compared with revision ${revision}:` : `Revision ${revision}:`;
  return [heading, ...changes.map(toLine)].join('\n');
}

const SIGNS = { create: '+', update: '~', delete: '-' };

function toLine({ action, type, name, diff }: Change): string {
  const fields = action === 'update' ? ` (${Object.keys(diff).join(', ')})` : '';
  return `${SIGNS[action]} ${type} ${name}${fields}`;
}
