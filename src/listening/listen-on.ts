import { unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { formatListenAddress, type ListenAddress } from '../../config/listen-address';

/**
 * Starts a server on a TCP address or a unix socket. A socket file nobody answers on is what a killed process left, and
 * is replaced; Node removes the file when the server closes.
 * @throws Error naming the address and, where it is taken, the cure
 */
export async function listenOn(server: Server, address: ListenAddress): Promise<void> {
  try {
    await listen(server, address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw describe(error as Error, address);
    if (address.kind !== 'unix' || (await isAnswering(address.path))) throw describe(error as Error, address);
    unlinkSync(address.path);
    await listen(server, address);
  }
}

function listen(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const target = address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
    server.listen(target, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function describe(error: Error, address: ListenAddress): Error {
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === 'EADDRINUSE' ? 'another process is listening there' : (code ?? error.message);
  return new Error(`Cannot listen on ${formatListenAddress(address)}: ${reason}.`, { cause: error });
}
