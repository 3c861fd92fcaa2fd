/** What the engine asks of its worker thread; `run` is one piece of the PostgreSQL wire protocol. */
export type ToWorker =
  | { type: 'run'; id: number; bytes: Uint8Array<ArrayBuffer> }
  | { type: 'forget-session'; id: number }
  | { type: 'close' };

/** What the worker thread answers. */
export type FromWorker =
  | { type: 'ready' }
  | { type: 'output'; bytes: Uint8Array }
  | { type: 'done'; id: number; fault?: string };
