import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EmbeddedDatabase } from '../../config/database-url';
import { type DirectoryLock, lockDirectory } from './directory-lock';
import type { FromWorker, ToWorker } from './pglite-messages';

/** Under test this file runs as TypeScript, and so does the worker. */
const WORKER_FILE = join(__dirname, extname(__filename) === '.ts' ? 'pglite-worker.mts' : 'pglite-worker.mjs');

type Settle = (error?: Error) => void;

/** One PGlite in a worker thread, spoken to in the PostgreSQL wire protocol; the owner of its directory while it runs. */
export class PgliteEngine {
  readonly #worker: Worker;
  readonly #lock: DirectoryLock | undefined;
  readonly #ready: Promise<void>;
  readonly #exited: Promise<void>;
  readonly #running = new Map<number, Settle>();
  #lastId = 0;
  #fault: Error | undefined;
  #receive: (bytes: Buffer) => void = () => undefined;

  private constructor(dataDir: string, lock?: DirectoryLock) {
    this.#lock = lock;
    this.#worker = new Worker(WORKER_FILE, { workerData: { dataDir } });
    const ready = Promise.withResolvers<void>();
    const exited = Promise.withResolvers<void>();
    this.#ready = ready.promise;
    this.#exited = exited.promise;
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === 'ready') ready.resolve();
      else this.#handle(message);
    });
    this.#worker.on('error', (error: Error) => this.#fail(error));
    this.#worker.on('exit', (code) => {
      this.#fail(stopped(code));
      ready.reject(this.#fault);
      exited.resolve();
    });
  }

  static #ahead: { path: string; opening: Promise<PgliteEngine> } | undefined;

  /** Begins to open a database that `open` will be asked for: its worker starts while this thread loads the rest. */
  static openAhead(database: EmbeddedDatabase): void {
    if (database.kind === 'memory') return;
    const opening = PgliteEngine.#open(database);
    // Whoever asks for it hears of a fault.
    opening.catch(() => undefined);
    PgliteEngine.#ahead = { path: database.path, opening };
  }

  /** Opens the database, taking its directory first; throws a DirectoryInUseError when another process has it. */
  static open(database: EmbeddedDatabase): Promise<PgliteEngine> {
    const ahead = PgliteEngine.#ahead;
    PgliteEngine.#ahead = undefined;
    if (ahead && database.kind === 'directory' && ahead.path === database.path) return ahead.opening;
    return PgliteEngine.#open(database);
  }

  static async #open(database: EmbeddedDatabase): Promise<PgliteEngine> {
    if (database.kind === 'memory') return PgliteEngine.#start(new PgliteEngine('memory://'));
    mkdirSync(database.path, { recursive: true, mode: 0o700 });
    const directory = realpathSync(database.path);
    const lock = lockDirectory(directory);
    const dataDir = join(directory, 'data');
    const unfinished = join(directory, 'first-start');
    // A first start that was killed leaves half a database, which no later start could open.
    if (existsSync(unfinished)) rmSync(dataDir, { recursive: true, force: true });
    if (!existsSync(dataDir)) writeFileSync(unfinished, '');
    const engine = await PgliteEngine.#start(new PgliteEngine(dataDir, lock));
    rmSync(unfinished, { force: true });
    return engine;
  }

  static async #start(engine: PgliteEngine): Promise<PgliteEngine> {
    try {
      await engine.#ready;
      return engine;
    } catch (error) {
      engine.#lock?.release();
      throw error;
    }
  }

  /**
   * Begins a session: what the last one left open is rolled back, and output goes to `receive` from then on.
   * PGlite is one session, so a client that went away in a transaction would leave it to the next.
   */
  begin(receive: (bytes: Buffer) => void, settle: Settle): void {
    this.#receive = () => undefined;
    this.#ask({ type: 'forget-session', id: this.#nextId() }, (fault) => {
      this.#receive = receive;
      settle(fault);
    });
  }

  /** Runs one piece of the wire protocol; `settle` is called when all its output has been received. */
  run(bytes: Uint8Array, settle: Settle): void {
    this.#ask({ type: 'run', id: this.#nextId(), bytes: new Uint8Array(bytes) }, settle);
  }

  /** Writes everything out, stops the worker and gives the directory free. */
  async close(): Promise<void> {
    if (!this.#fault) this.#worker.postMessage({ type: 'close' } satisfies ToWorker);
    await this.#exited;
    this.#lock?.release();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #ask(message: Exclude<ToWorker, { type: 'close' }>, settle: Settle): void {
    if (this.#fault) {
      settle(this.#fault);
      return;
    }
    this.#running.set(message.id, settle);
    this.#worker.postMessage(message, message.type === 'run' ? [message.bytes.buffer] : []);
  }

  #handle(message: Exclude<FromWorker, { type: 'ready' }>): void {
    if (message.type === 'output') {
      this.#receive(Buffer.from(message.bytes.buffer, message.bytes.byteOffset, message.bytes.byteLength));
    } else if (message.type === 'done') {
      const settle = this.#running.get(message.id);
      this.#running.delete(message.id);
      settle?.(message.fault === undefined ? undefined : new Error(message.fault));
    }
  }

  #fail(fault: Error): void {
    this.#fault ??= fault;
    for (const settle of this.#running.values()) settle(this.#fault);
    this.#running.clear();
  }
}

/** Carries the code a lost server has, so that callers answer both alike. */
function stopped(exitCode: number): Error {
  return Object.assign(new Error(`The embedded database stopped (exit code ${exitCode}).`), { code: 'ECONNRESET' });
}
