import type { Command } from 'commander';
import { toCallMethod } from './sign/call-method';
import { type CallTarget, toCallTarget } from './sign/call-target';
import { readSecret, SECRET_VARIABLE } from './sign/read-secret';
import { toSignerName } from './sign/signer-name';
import type { SignRequest } from './sign.command';

interface SignOptions {
  readonly body?: string;
  readonly json?: boolean;
}

type HmacOptions = SignOptions & { readonly client: string; readonly secret?: string };
type ProtectOptions = SignOptions & { readonly key?: string; readonly v2?: boolean };

const OTHER_SOURCES = `
It can also come from ${SECRET_VARIABLE}, or with “-” from standard input: other users of this machine can see the
arguments of a command.`;

/** Adds `sign hmac` and `sign protect`: they print a signed call, and need no gateway. */
export function addSign(program: Command): void {
  const sign = program.command('sign').description('sign a request and print the curl line that sends it');
  const load = () => import('./sign.command.js');
  withRequest(sign.command('hmac'))
    .description('sign as a client, with its shared secret')
    .requiredOption('--client <id>', 'id or alias of the client', toSignerName)
    .option('--secret <text>', 'its shared secret')
    .action(async (method: string, target: CallTarget, options: HmacOptions, command: Command) => {
      const { body = '', secret: given, client, json = false } = options;
      const secret = await requireSecret(command, given, '--secret');
      const { signHmac, printCall } = await load();
      printCall(signHmac(client, { method, target, body, secret }), json);
    });
  withRequest(sign.command('protect'))
    .description('sign as an app, with its key, for a protected method')
    .option('--key <text>', 'a key of the app')
    .option('--v2', 'sign the whole request, not only the date')
    .action(async (method: string, target: CallTarget, options: ProtectOptions, command: Command) => {
      const { body = '', key, v2 = false, json = false } = options;
      const secret = await requireSecret(command, key, '--key');
      const { signProtect, printCall } = await load();
      printCall(signProtect(v2, { method, target, body, secret }), json);
    });
}

function withRequest(command: Command): Command {
  return command
    .argument('<method>', 'request method', toCallMethod)
    .argument('<url>', 'where the request goes', toCallTarget)
    .option('--body <text>', 'the body of the request')
    .option('--json', 'print JSON for programs')
    .addHelpText('after', OTHER_SOURCES);
}

async function requireSecret(
  command: Command,
  given: string | undefined,
  option: string,
): Promise<SignRequest['secret']> {
  const secret = await readSecret(given, process);
  return secret ?? command.error(`error: give ${option}, ${option} - for standard input, or ${SECRET_VARIABLE}`);
}
