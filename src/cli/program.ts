import { Command } from 'commander';
import { version } from '../../package.json';
import { addBackup } from './add-backup';
import { addImport } from './add-import';
import { addRekey } from './add-rekey';
import { addSign } from './add-sign';
import { collectHeader } from './collect-header';
import type { ExplainOptions } from './explain.command';
import type { RotationOptions } from './key.command';
import { wholeSeconds } from './whole-seconds';

const CONFIG_OPTION = ['--config <file>', 'YAML settings file (GATEWARDEN_CONFIG)'] as const;
const ASKS_A_GATEWAY =
  '\nIt asks the gateway at GATEWARDEN_URL (http://127.0.0.1:8081) with the admin token GATEWARDEN_TOKEN.';
const JSON_OPTION = ['--json', 'print JSON for programs'] as const;

/**
 * The command line. It throws CommanderErrors instead of exiting, once commander has told the user; each command's own
 * file is loaded when that command runs, so that `--version` does not load the gateway.
 */
export function newProgram(): Command {
  const program = new Command('gatewarden')
    .description('Authentication and authorization in front of microservices, without touching them.')
    .version(version)
    .showHelpAfterError('Run gatewarden --help for the commands and options.')
    .exitOverride();
  addServing(program);
  addMigrate(program);
  addInspection(program);
  addExplain(program);
  addKeys(program);
  addSign(program);
  addImport(program);
  addBackup(program);
  addRekey(program);
  return program;
}

function addServing(program: Command): void {
  program
    .command('start')
    .description('serve until SIGTERM or SIGINT')
    .option(...CONFIG_OPTION)
    .action(async (options: { config?: string }) => (await import('./start.command.js')).start(options));
  program
    .command('demo')
    .description(
      'serve example routes in front of an upstream of its own, on the embedded database ./.gatewarden/demo/db',
    )
    .option(...CONFIG_OPTION)
    .action(async (options: { config?: string }) => (await import('./demo.command.js')).demo(options));
}

function addMigrate(program: Command): void {
  const migrate = program.command('migrate').description('change or show the database schema');
  const load = () => import('./migrate.command.js');
  migrate
    .command('up')
    .description('apply every pending migration (start does this too)')
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: { config?: string; json?: boolean }) => (await load()).applyMigrations(options));
  migrate
    .command('down')
    .description('take the latest migration back, with the rows it holds; asks first on a terminal')
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .option('--yes', 'do not ask')
    .action(async (options: { config?: string; json?: boolean; yes?: boolean }) =>
      (await load()).revertMigration(options),
    );
  migrate
    .command('status')
    .description('list the migrations and whether the database has them')
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: { config?: string; json?: boolean }) => (await load()).showMigrations(options));
}

function addInspection(program: Command): void {
  program
    .command('config')
    .description('look at the settings')
    .command('print')
    .description('print the effective settings with secrets masked')
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: { config?: string; json?: boolean }) =>
      (await import('./config-print.command.js')).printSettings(options),
    );
  program
    .command('doctor')
    .description(
      'check settings, database, stored secrets, Redis, addresses and clock; exits 1 when something is wrong',
    )
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (options: { config?: string; json?: boolean }) =>
      (await import('./doctor.command.js')).doctor(options),
    );
}

function addExplain(program: Command): void {
  program
    .command('explain')
    .description('tell how a running gateway would decide on a request, and what would allow it')
    .argument('<method>', 'request method')
    .argument('<url>', 'http://host/path as the client sends it')
    .option('-H, --header <name:value>', 'a header of the request, as often as needed', collectHeader)
    .option('--body <text>', 'the body of the request')
    .option('--client <id>', 'as if this client had shown a good credential: its id or alias')
    .option('--ip <address>', 'the address of the client')
    .option(...JSON_OPTION)
    .addHelpText('after', ASKS_A_GATEWAY)
    .action(async (method: string, url: string, options: ExplainOptions) =>
      (await import('./explain.command.js')).explain(method, url, options),
    );
}

function addKeys(program: Command): void {
  const key = program.command('key').description("look at and change a running gateway's own signing keys");
  const load = () => import('./key.command.js');
  key
    .command('list')
    .description('list the keys that sign or verify')
    .option(...JSON_OPTION)
    .addHelpText('after', ASKS_A_GATEWAY)
    .action(async (options: { json?: boolean }) => (await load()).listKeys(options));
  key
    .command('rotate')
    .description('publish a new key at once, and sign with it later')
    .option('--algorithm <name>', 'EdDSA, ES256 or RS256 (default: by TOKEN_ALGORITHM, else as the last key)')
    .option('--activation-delay <seconds>', 'when it begins to sign (default: 600)', wholeSeconds)
    .option('--overlap <seconds>', 'how long the keys before it verify after that (default: a day)', wholeSeconds)
    .option(...JSON_OPTION)
    .addHelpText('after', ASKS_A_GATEWAY)
    .action(async (options: RotationOptions) => (await load()).rotateKey(options));
  key
    .command('delete')
    .description('end a key at once: nothing it signed counts any more; asks first on a terminal')
    .argument('<kid>', 'the key')
    .option('--yes', 'do not ask')
    .addHelpText('after', ASKS_A_GATEWAY)
    .action(async (kid: string, options: { yes?: boolean }, command: Command) => {
      if (!options.yes && !process.stdin.isTTY) command.error('error: without a terminal to ask, --yes is needed');
      await (await load()).deleteKey(kid, options);
    });
}
