import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { deriveExportKey, ExportCipher } from '../../declarative/export-cipher';
import { mapSecrets } from '../../declarative/file-secrets';
import { exportPassphrase } from './passphrase';
import { UnusableFileError } from './unusable-file-error';

const ENCRYPTED = 'encrypted:';
const TAMPERED =
  'the file was changed since it was exported, or GATEWARDEN_EXPORT_KEY is not the passphrase it was exported with';

const encryptionSchema = z.strictObject({ kdf: z.literal('scrypt'), salt: z.string().min(16), mac: z.string() });

/** Where references lead: the variables of this process, and files beside the declarative one. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly directory: string;
}

/**
 * A parsed file with its secrets in the clear: what `env:`, `file:` and `encrypted:` stand for.
 * @throws UnusableFileError with everything that leads nowhere; an export that anything was changed about is refused whole
 */
export function resolveSecrets(file: unknown, surroundings: Surroundings): unknown {
  const { content, cipher } = openFile(file, surroundings.env);
  const faults: string[] = [];
  const resolved = mapSecrets(content, (text, pointer) => {
    const secret = text.startsWith(ENCRYPTED) ? cipher?.decrypt(text, pointer) : follow(text, surroundings);
    if (secret === undefined) faults.push(`${pointer}: ${sayWhatIsWrong(text)}`);
    return secret ?? '';
  });
  if (faults.length > 0) throw new UnusableFileError(faults);
  return resolved;
}

function openFile(file: unknown, env: NodeJS.ProcessEnv): { content: unknown; cipher: ExportCipher | undefined } {
  if (typeof file !== 'object' || file === null || !('encryption' in file)) return { content: file, cipher: undefined };
  const { encryption, ...content } = file;
  const read = encryptionSchema.safeParse(encryption);
  if (!read.success) throw new UnusableFileError(['/encryption is not as gatewarden export writes it']);
  const { mac, ...parameters } = read.data;
  const cipher = new ExportCipher(deriveExportKey(exportPassphrase(env), Buffer.from(parameters.salt, 'base64url')));
  if (!cipher.hasSigned({ ...content, encryption: parameters }, mac)) throw new UnusableFileError([TAMPERED]);
  return { content, cipher };
}

function follow(text: string, { env, directory }: Surroundings): string | undefined {
  const [, kind, name = ''] = /^(env|file):(.*)$/s.exec(text) ?? [];
  if (kind === undefined) return text;
  if (kind === 'env') return env[name] || undefined;
  try {
    return readFileSync(resolve(directory, name), 'utf8').replace(/\r?\n$/, '') || undefined;
  } catch {
    return undefined;
  }
}

/** Never what the file says there: it could be a secret that looks like a reference. */
function sayWhatIsWrong(text: string): string {
  if (text.startsWith(ENCRYPTED))
    return 'is encrypted, and the file has lost the encryption section it was exported with';
  return text.startsWith('env:') ? 'names a variable that is not set' : 'names a file that cannot be read or is empty';
}
