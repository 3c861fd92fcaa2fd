import { backOff } from './back-off';

/** Tries until it succeeds, with longer and longer pauses. Holds no process alive. */
export class Retry {
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;
  private isStopped = false;

  constructor(
    private readonly attempt: () => Promise<void>,
    private readonly noteFault: (error: unknown) => void,
  ) {}

  /** Calls `done` after the first attempt that succeeds; while it is trying already, that goes on alone. */
  start(done: () => void): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.schedule(1, done);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private schedule(attempt: number, done: () => void): void {
    if (!this.isStopped) this.timer = setTimeout(() => this.run(attempt, done), backOff(attempt)).unref();
  }

  private async run(attempt: number, done: () => void): Promise<void> {
    try {
      await this.attempt();
    } catch (error) {
      this.noteFault(error);
      this.schedule(attempt + 1, done);
      return;
    }
    this.isRunning = false;
    if (!this.isStopped) done();
  }
}
