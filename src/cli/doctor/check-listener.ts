import { createServer } from 'node:net';
import { Client } from 'undici';
import { formatListenAddress, type ListenAddress } from '../../../config/listen-address';
import type { TlsFiles } from '../../../config/tls-files';
import { listenOn } from '../../listening/listen-on';
import { toLocalUrl } from '../local-url';
import type { Finding } from './finding';
import { holdsCertificate } from './holds-certificate';

const TIMEOUT_MS = 2_000;
/** No listener of a gateway serves this path, and each refuses it with a problem body that names its maker. */
const UNKNOWN_PATH = '/.gatewarden-doctor/%00';
const PROBLEM_TYPE = 'urn:gatewarden:problem:';

/** Whether a listen address can be had, or a Gatewarden has it already. */
export async function checkListener(check: string, address: ListenAddress, tls?: TlsFiles): Promise<Finding> {
  const text = formatListenAddress(address);
  const isServed = await isServedByGatewarden(address, tls);
  if (isServed) return { check, status: 'ok', detail: `${text} is served by a Gatewarden` };
  return checkFree(check, address);
}

/** Whether a listen address can be had. */
export async function checkFree(check: string, address: ListenAddress): Promise<Finding> {
  const text = formatListenAddress(address);
  try {
    await listenForAMoment(address);
    return { check, status: 'ok', detail: `${text} is free` };
  } catch (error) {
    return { check, status: 'failed', detail: (error as Error).message };
  }
}

async function listenForAMoment(address: ListenAddress): Promise<void> {
  const server = createServer();
  await listenOn(server, address);
  await new Promise((resolve) => server.close(resolve));
}

/**
 * Asks like any client; false for everything that does not answer as a gateway does. One that wants to see a certificate
 * is known by its own.
 */
export async function isServedByGatewarden(address: ListenAddress, tls: TlsFiles | undefined): Promise<boolean> {
  if (address.kind === 'tcp' && address.port === 0) return false;
  if (tls?.listener === 'admin' && tls.clientCa) return holdsCertificate(toLocalUrl(address, true), tls.cert.path);
  const { origin, socketPath } = toLocalUrl(address, tls !== undefined);
  const client = new Client(origin, { connect: { timeout: TIMEOUT_MS, socketPath, rejectUnauthorized: false } });
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const reply = await client.request({ method: 'GET', path: UNKNOWN_PATH, signal });
    return (await reply.body.text()).includes(PROBLEM_TYPE);
  } catch {
    return false;
  } finally {
    await client.destroy();
  }
}
