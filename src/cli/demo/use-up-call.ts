import { Client } from 'undici';
import type { LocalUrl } from '../local-url';

/** Makes the one call a day that a client may make, so that whatever comes next is one too many. */
export async function useUpCall({ origin, socketPath }: LocalUrl, apiKey: string): Promise<void> {
  const connection = new Client(origin, socketPath === undefined ? {} : { connect: { socketPath } });
  const reply = await connection.request({ method: 'GET', path: '/key/hello', headers: { 'X-API-Key': apiKey } });
  await reply.body.dump();
  await connection.close();
}
