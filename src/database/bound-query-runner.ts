import type { Socket } from 'node:net';
import type { QueryRunner } from 'typeorm';
import { inTime, noAnswer } from '../outages/in-time';
import { DatabaseAwayError } from './database-away-error';

/** A little more than the pools' own time-outs, for the one that has none. */
const CONNECTED_WITHIN_MS = 3_500;
/** Without a byte from the server. What takes longer is no query of a gateway, or the server is not there. */
export const ANSWERED_WITHIN_MS = 5_000;

/** What node-postgres and mysql2 keep of a connection. */
interface DriverConnection {
  readonly connection?: { readonly stream?: Socket };
  readonly stream?: Socket;
}

/**
 * Makes every query of a runner end in time: one without an answer loses its connection, because what may still come
 * would be taken for the answer to the next, and a transaction left open would become part of another.
 * Faults are told to `note` before they are thrown.
 */
export function boundQueryRunner(runner: QueryRunner, note: (fault: unknown) => void): QueryRunner {
  const connect: QueryRunner['connect'] = runner.connect.bind(runner);
  const query = runner.query.bind(runner) as (...given: unknown[]) => Promise<unknown>;

  const bounded = {
    async connect(): Promise<unknown> {
      const connecting = connect();
      try {
        return await inTime(connecting, CONNECTED_WITHIN_MS);
      } catch (error) {
        // A connection that comes too late goes back to its pool.
        void connecting.then(() => runner.release()).catch(() => undefined);
        note(error);
        throw new DatabaseAwayError(error);
      }
    },
    async query(...given: unknown[]): Promise<unknown> {
      // A runner that was released says so itself.
      const connection = runner.isReleased ? undefined : await runner.connect();
      const stopWatching = cutWhenSilent(findSocket(connection));
      try {
        return await query(...given);
      } catch (error) {
        note(error);
        throw error;
      } finally {
        stopWatching();
      }
    },
  };
  return Object.assign(runner, bounded);
}

/** Microsoft's driver has requests with a time-out of their own. */
function findSocket(connection: DriverConnection | undefined): Socket | undefined {
  return connection?.connection?.stream ?? connection?.stream;
}

function cutWhenSilent(socket: Socket | undefined): () => void {
  if (!socket) return () => undefined;
  let seen = socket.bytesRead;
  const timer = setInterval(() => {
    if (socket.bytesRead === seen) socket.destroy(noAnswer(ANSWERED_WITHIN_MS));
    seen = socket.bytesRead;
  }, ANSWERED_WITHIN_MS);
  return () => clearInterval(timer);
}
