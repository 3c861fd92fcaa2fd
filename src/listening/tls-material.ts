import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { type SettingFault, SettingsError } from '../../config/settings-error';
import type { NamedFile, TlsFiles } from '../../config/tls-files';

/** A certificate chain and key that belong together, and the authorities of clients, all PEM. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer | undefined;
  /** The certificate itself, without its chain. */
  readonly leaf: X509Certificate;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Reads a listener's TLS files and makes sure that they can be used together. While they still hold what is `known`,
 * that is the answer.
 * @throws SettingsError with everything that is wrong, by the settings that name the files
 */
export async function loadTlsMaterial(files: TlsFiles, known?: TlsMaterial): Promise<TlsMaterial> {
  const faults: SettingFault[] = [];
  // One after the other, so that faults stand in the order of the settings.
  const cert = await readNamed(files.cert, faults);
  const key = await readNamed(files.key, faults);
  const ca = files.clientCa && (await readNamed(files.clientCa, faults));
  if (known && cert?.equals(known.cert) && key?.equals(known.key) && isSame(ca, known.ca)) return known;
  const leaf = cert && readCertificates(cert, files.cert, faults);
  const privateKey = key && readKey(key, files.key, faults);
  if (ca && files.clientCa) readCertificates(ca, files.clientCa, faults);
  if (leaf && privateKey && !leaf.checkPrivateKey(privateKey)) {
    faults.push({ name: files.key.name, message: `is not the private key of the certificate in ${files.cert.path}` });
  }
  if (!cert || !key || !leaf || faults.length > 0) throw new SettingsError(faults);
  assertContext({ cert, key, ca }, files.cert);
  return { cert, key, ca, leaf };
}

/** What only TLS itself refuses, such as keys that are too short. */
function assertContext(
  context: { cert: Buffer; key: Buffer; ca: Buffer | undefined },
  { name, path }: NamedFile,
): void {
  try {
    createSecureContext(context);
  } catch (error) {
    throw new SettingsError([{ name, message: `cannot be used: ${(error as Error).message} (${path})` }]);
  }
}

function isSame(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === other || (one !== undefined && other?.equals(one) === true);
}

async function readNamed({ name, path }: NamedFile, faults: SettingFault[]): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const cure = code === 'EACCES' ? '; let the user that runs the gateway read it' : '';
    faults.push({ name, message: `cannot be read: ${code ?? (error as Error).message} (${path})${cure}` });
    return undefined;
  }
}

/** The first certificate of a PEM file, all of which must be readable. */
function readCertificates(pem: Buffer, { name, path }: NamedFile, faults: SettingFault[]): X509Certificate | undefined {
  try {
    const [first] = (pem.toString('latin1').match(CERTIFICATE) ?? []).map((text) => new X509Certificate(text));
    if (first) return first;
    faults.push({ name, message: `holds no PEM certificate (${path})` });
  } catch {
    faults.push({ name, message: `holds a certificate that cannot be read (${path})` });
  }
  return undefined;
}

function readKey(pem: Buffer, { name, path }: NamedFile, faults: SettingFault[]): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    const isEncrypted = /ENCRYPTED/.test(pem.toString('latin1'));
    const message = isEncrypted
      ? `holds an encrypted key, and nobody is there to type its passphrase (${path}); decrypt it with: openssl pkey`
      : `holds no PEM private key (${path})`;
    faults.push({ name, message });
    return undefined;
  }
}
