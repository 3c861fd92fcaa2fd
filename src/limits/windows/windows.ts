import type { Awaitable } from '../../core/awaitable';
import type { WindowRule, WindowState } from './rolling-window';

/** Rolling windows by key, of one process or of all that share a store. */
export interface Windows {
  /** Counts one request if it fits, in one atomic step. */
  tryTake(key: string, rule: WindowRule): Awaitable<WindowState>;
  /** What tryTake would answer, without counting. */
  foresee(key: string, rule: WindowRule): Awaitable<WindowState>;
}
