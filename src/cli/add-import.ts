import type { Command } from 'commander';
import type { ImportOptions } from './import-apivault.command';
import type { BulkOptions } from './import-bulk.command';

const AFTER =
  '\nRoutes, services, keys and the issuer go to the gateway at GATEWARDEN_URL (http://127.0.0.1:8081) with the admin token' +
  '\nGATEWARDEN_TOKEN, the rest to the settings file. Importing again changes nothing that is there already.';

/** `gatewarden import`: takes over what another gateway was configured with. */
export function addImport(program: Command): void {
  const command = program
    .command('import')
    .description('take over the configuration of another gateway, or many objects at once');
  addBulk(command);
  command
    .command('apivault')
    .description('take over the two files of an APIVault')
    .showHelpAfterError('Give both files: gatewarden import apivault apivault.yml microservices.yml')
    .argument('<apivault.yml>', 'its own settings')
    .argument('<microservices.yml>', 'its hosts and mappings')
    .option('--settings <file>', 'the settings file to write or complete', 'gatewarden.yml')
    .option('--force', 'replace what the settings file says otherwise')
    .option('--dry-run', 'ask the gateway and tell what would be done, without doing it')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', AFTER)
    .action(async (apivault: string, microservices: string, options: ImportOptions) =>
      (await import('./import-apivault.command.js')).importApivault(apivault, microservices, options),
    );
}

function addBulk(command: Command): void {
  command
    .command('bulk')
    .description('load many objects, one JSON object a line; loading again changes nothing that is so already')
    .argument('<file>', 'the file of lines, or - for standard input')
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      '\nThey go to the gateway at GATEWARDEN_URL (http://127.0.0.1:8081) with the admin token GATEWARDEN_TOKEN.',
    )
    .action(async (file: string, options: BulkOptions) =>
      (await import('./import-bulk.command.js')).importBulk(file, options),
    );
}
