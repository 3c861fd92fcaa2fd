import { text } from 'node:stream/consumers';

/** The variable a secret is read from when no option gives it. */
export const SECRET_VARIABLE = 'GATEWARDEN_SIGN_SECRET';

/** Where a secret may come from besides its option: other users of a machine can see the arguments of a command. */
export interface SecretSources {
  readonly env: Record<string, string | undefined>;
  readonly stdin: NodeJS.ReadableStream;
}

/** The secret of an option, `-` standing for standard input less its last line break; undefined when there is none. */
export async function readSecret(
  option: string | undefined,
  { env, stdin }: SecretSources,
): Promise<string | undefined> {
  const secret = option === '-' ? (await text(stdin)).replace(/\r?\n$/, '') : (option ?? env[SECRET_VARIABLE]);
  return secret === '' ? undefined : secret;
}
