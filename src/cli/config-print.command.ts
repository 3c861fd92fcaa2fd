import { describeSettings } from '../../config/describe-settings';
import { loadSettings } from '../../config/settings';
import { toTable } from './to-table';

/** `gatewarden config print`: the effective settings by their environment names, secrets masked. */
export function printSettings({ config, json = false }: { config?: string; json?: boolean }): void {
  const settings = loadSettings({ env: process.env, file: config, isTty: process.stdout.isTTY });
  const rows = describeSettings(settings);
  const text = json
    ? JSON.stringify(Object.fromEntries(rows.map(({ name, value }) => [name, value])), undefined, 2)
    : toTable(rows.map(({ name, value }) => [name, value === null ? '(unset)' : String(value)]));
  process.stdout.write(`${text}\n`);
}
