import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import type { LocalUrl } from '../local-url';

const TIMEOUT_MS = 2_000;

/** Whether a TLS server shows the certificate of a PEM file; that much it does before it asks for one itself. */
export async function holdsCertificate({ origin, socketPath }: LocalUrl, certFile: string): Promise<boolean> {
  const shown = await shownCertificate(origin, socketPath);
  try {
    return shown?.equals(new X509Certificate(await readFile(certFile)).raw) === true;
  } catch {
    return false;
  }
}

function shownCertificate(origin: string, path: string | undefined): Promise<Buffer | undefined> {
  const { hostname, port } = new URL(origin);
  const target = path === undefined ? { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) } : { path };
  return new Promise((resolve) => {
    const socket = connect({ ...target, rejectUnauthorized: false, timeout: TIMEOUT_MS });
    const settle = (certificate: Buffer | undefined) => {
      socket.destroy();
      resolve(certificate);
    };
    socket.once('secureConnect', () => settle(socket.getPeerX509Certificate()?.raw));
    socket.once('timeout', () => settle(undefined));
    socket.once('error', () => settle(undefined));
  });
}
