import { OneAtATime } from './one-at-a-time';

/** Work whose runs end when they are told to. */
class HeldWork {
  runs = 0;
  atOnce = 0;
  mostAtOnce = 0;
  private readonly endings: ((error?: Error) => void)[] = [];

  readonly work = (): Promise<void> => {
    this.runs += 1;
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    return new Promise((resolve, reject) => {
      this.endings.push((error) => {
        this.atOnce -= 1;
        if (error) reject(error);
        else resolve();
      });
    });
  };

  async end(error?: Error): Promise<void> {
    await settle();
    this.endings.shift()?.(error);
    await settle();
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('work done one at a time', () => {
  it('is run once more, not as often as it is asked for, by those who ask while it runs', async () => {
    const held = new HeldWork();
    const single = new OneAtATime(held.work);
    const first = single.run();
    await settle();
    const others = Array.from({ length: 100 }, () => single.run());
    await held.end();
    await first;
    expect(held.runs).toBe(2);
    await held.end();
    await Promise.all(others);
    expect(held).toMatchObject({ runs: 2, mostAtOnce: 1 });
  });

  it('is never shared with who asked after it began: it may have looked already', async () => {
    const held = new HeldWork();
    const single = new OneAtATime(held.work);
    let isOver = false;
    const first = single.run();
    await settle();
    const second = single.run().then(() => {
      isOver = true;
    });
    await held.end();
    expect(isOver).toBe(false);
    await held.end();
    await Promise.all([first, second]);
    expect(isOver).toBe(true);
  });

  it('fails for those who share the run, and is run again for those who come after', async () => {
    const held = new HeldWork();
    const single = new OneAtATime(held.work);
    const failed = Promise.allSettled([single.run(), single.run()]);
    await held.end(new Error('no database'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const later = single.run();
    await held.end();
    await expect(later).resolves.toBeUndefined();
    expect(held.runs).toBe(2);
  });
});
