import { Transform, type TransformCallback } from 'node:stream';

/** Thrown into an exchange when a streamed body grows over its limit. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Passes a body of undeclared length on until it has more than `maxBytes` bytes. */
export class LimitedBody extends Transform {
  private received = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.received += chunk.length;
    if (this.received > this.maxBytes) done(new BodyTooLargeError());
    else done(null, chunk);
  }
}
