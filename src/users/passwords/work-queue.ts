/** Runs work in the order it came, so much at a time and no more waiting than may; what is too much is refused. */
export class WorkQueue {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(
    private readonly limits: { readonly concurrency: number; readonly waiting: number },
    private readonly refusal: () => Error,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.turn();
    try {
      return await work();
    } finally {
      // Whoever waits longest takes over the place: it is never free for somebody who comes meanwhile.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  private async turn(): Promise<void> {
    if (this.#running < this.limits.concurrency) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.limits.waiting) throw this.refusal();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
