/** Work of which one run is under way at a time; whoever asks meanwhile shares the one run that begins after it. */
export class OneAtATime {
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly work: () => Promise<void>) {}

  /** Resolves or rejects as a run that began no earlier than this call. */
  run(): Promise<void> {
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.running = this.work();
        this.next = undefined;
        return this.running;
      });
    return this.next;
  }
}
