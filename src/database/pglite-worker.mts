// Runs beside the application, so that neither start-up nor a heavy query stops the event loop that forwards traffic.
// An ES module with erasable types only: the tests let Node run this very file, the build compiles it to pglite-worker.mjs.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { FromWorker, ToWorker } from './pglite-messages.js';

const port = parentPort;
if (!port) throw new Error('pglite-worker runs only as a worker thread');
const answer = (message: FromWorker): void => port.postMessage(message);

const database = await PGlite.create({
  dataDir: workerData.dataDir,
  postgresqlconf: ['shared_buffers = 16MB', 'log_timezone = UTC', "timezone = 'UTC'"],
});

async function run(bytes: Uint8Array): Promise<void> {
  await database.execProtocolRawStream(bytes, {
    onRawData: (output) => answer({ type: 'output', bytes: output.slice() }),
  });
}

async function forgetSession(): Promise<void> {
  await database.exec('ROLLBACK');
  await database.exec('DISCARD ALL');
}

async function handle(message: ToWorker): Promise<void> {
  if (message.type === 'close') {
    await database.close();
    port?.close();
    return;
  }
  try {
    await (message.type === 'run' ? run(message.bytes) : forgetSession());
    answer({ type: 'done', id: message.id });
  } catch (error) {
    answer({ type: 'done', id: message.id, fault: error instanceof Error ? error.message : String(error) });
  }
}

let tail = Promise.resolve();
port.on('message', (message: ToWorker) => {
  tail = tail.then(() => handle(message));
});
answer({ type: 'ready' });
