import type { Command } from 'commander';
import type { RekeyOptions } from './rekey.command';

const AFTER =
  '\nRestart every process with the new GATEWARDEN_MASTER_KEY and the old one in GATEWARDEN_PREVIOUS_MASTER_KEY first, run this' +
  '\nwith the same two, then restart without the old one. An embedded database makes its new key itself; stop its gateway first.' +
  '\nInterrupted, it is simply run again.';

/** `gatewarden rekey`: another master key for a database that is being served. */
export function addRekey(program: Command): void {
  program
    .command('rekey')
    .description('seal every stored secret with a new master key, while the gateway serves')
    .option('--config <file>', 'YAML settings file (GATEWARDEN_CONFIG)')
    .option('--status', 'only tell which key the database is bound to, and how many secrets are left')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', AFTER)
    .action(async (options: RekeyOptions) => (await import('./rekey.command.js')).rekey(options));
}
