import { Duplex } from 'node:stream';
import type { PgliteEngine } from './pglite-engine';

const TERMINATE = 'X'.charCodeAt(0);

/** The socket node-postgres believes it has; what is written goes to the embedded database. */
export class PgliteSocket extends Duplex {
  #ended = false;

  constructor(private readonly engine: PgliteEngine) {
    super({ allowHalfOpen: false });
  }

  connect(): this {
    this.engine.begin(
      (bytes) => this.#receive(bytes),
      (error) => (error ? this.destroy(error) : this.emit('connect')),
    );
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    // The engine pushes; it has no way to wait for a reader.
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (bytes[0] === TERMINATE) {
      this.#ended = true;
      this.push(null);
      done();
    } else {
      this.engine.run(bytes, done);
    }
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  #receive(bytes: Buffer): void {
    if (!this.#ended && !this.destroyed) this.push(bytes);
  }
}
