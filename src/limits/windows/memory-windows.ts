import { RollingWindow, type WindowRule, type WindowState } from './rolling-window';
import type { Windows } from './windows';

interface Entry {
  readonly window: RollingWindow;
  windowMs: number;
}

/** The windows of one process, which begin anew when it does. */
export class MemoryWindows implements Windows {
  private readonly entries = new Map<string, Entry>();
  private sweeping = this.entries.entries();

  constructor(private readonly now: () => number = Date.now) {}

  /** How many windows are kept. */
  get size(): number {
    return this.entries.size;
  }

  tryTake(key: string, rule: WindowRule): WindowState {
    const nowMs = this.now();
    this.sweepOne(nowMs);
    let entry = this.entries.get(key);
    if (!entry) {
      entry = { window: new RollingWindow(), windowMs: rule.windowMs };
      this.entries.set(key, entry);
    }
    entry.windowMs = rule.windowMs;
    return entry.window.tryTake(rule, nowMs);
  }

  foresee(key: string, rule: WindowRule): WindowState {
    return (this.entries.get(key)?.window ?? new RollingWindow()).foresee(rule, this.now());
  }

  /** Each request looks at one other window, so that those nobody uses any more go without a pass over all. */
  private sweepOne(nowMs: number): void {
    const { value } = this.sweeping.next();
    if (!value) {
      this.sweeping = this.entries.entries();
      return;
    }
    const [key, { window, windowMs }] = value;
    if (window.isEmpty({ windowMs }, nowMs)) this.entries.delete(key);
  }
}
