import type { Command } from 'commander';
import type { ApplyOptions } from './apply.command';
import type { ExportOptions } from './export.command';

const ASKS_A_GATEWAY =
  '\nIt asks the gateway at GATEWARDEN_URL (http://127.0.0.1:8081) with the admin token GATEWARDEN_TOKEN.' +
  '\nSecrets are encrypted under the passphrase GATEWARDEN_EXPORT_KEY.';

/** `gatewarden export` and `gatewarden apply`: the policy as a file, and back. */
export function addBackup(program: Command): void {
  program
    .command('export')
    .description('print the policy of a running gateway as a declarative file')
    .option('--with-secrets', 'with every secret, encrypted; for owners')
    .option('--output <file>', 'write it there, for its owner only, instead of printing it')
    .option('--json', 'JSON instead of YAML')
    .addHelpText('after', ASKS_A_GATEWAY)
    .action(async (options: ExportOptions) => (await import('./export.command.js')).exportConfiguration(options));
  program
    .command('apply')
    .description('make the policy of a running gateway what a declarative file says; asks first on a terminal')
    .argument('<file>', 'the file, YAML or JSON')
    .option('--dry-run', 'only tell what would change')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', ASKS_A_GATEWAY)
    .action(async (file: string, options: ApplyOptions) => (await import('./apply.command.js')).apply(file, options));
}
