import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Pulse } from './pulse';

const logged: string[] = [];
beforeAll(() => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((line) => void logged.push(`warn ${line}`));
  jest.spyOn(Logger.prototype, 'log').mockImplementation((line) => void logged.push(`info ${line}`));
});
afterAll(() => jest.restoreAllMocks());
beforeEach(() => {
  logged.length = 0;
});

describe('the pulse', () => {
  it('does each duty by its own interval', async () => {
    const done = { often: 0, seldom: 0 };
    const pulse = new Pulse([
      {
        everyMs: () => 10,
        work: async () => {
          done.often += 1;
        },
      },
      {
        everyMs: () => 10_000,
        work: async () => {
          done.seldom += 1;
        },
      },
    ]);
    pulse.start();
    await sleep(200);
    await pulse.stop();
    expect(done.seldom).toBe(1);
    expect(done.often).toBeGreaterThan(3);
    expect(done.often).toBeLessThanOrEqual(21);
  });

  it('does everything at once when it is hurried', async () => {
    let done = 0;
    const pulse = new Pulse([
      {
        everyMs: () => 60_000,
        work: async () => {
          done += 1;
        },
      },
    ]);
    pulse.start();
    await sleep(20);
    pulse.hurry();
    await sleep(20);
    await pulse.stop();
    expect(done).toBe(2);
  });

  it('tries ever more slowly while the database is away, and says so once, and once when it is back', async () => {
    const triedMs: number[] = [];
    let isAway = true;
    const pulse = new Pulse([
      {
        everyMs: () => 10,
        work: async () => {
          triedMs.push(performance.now());
          if (isAway) throw new Error('connect ECONNREFUSED');
        },
      },
    ]);
    pulse.start();
    await sleep(600);
    const whileAway = triedMs.length;
    isAway = false;
    await sleep(1_000);
    await pulse.stop();
    // 50, 100, 200, 400 ms, each up to a quarter shorter.
    expect(whileAway).toBeGreaterThanOrEqual(3);
    expect(whileAway).toBeLessThanOrEqual(5);
    expect(logged).toEqual([
      'warn the database cannot be asked for changes, trying again: connect ECONNREFUSED',
      'info the database can be asked for changes again',
    ]);
  });

  it('waits for what is under way when it is stopped, and does nothing any more', async () => {
    let isOver = false;
    let begun = 0;
    const pulse = new Pulse([
      {
        everyMs: () => 1,
        work: async () => {
          begun += 1;
          await sleep(50);
          isOver = true;
        },
      },
    ]);
    pulse.start();
    await sleep(5);
    await pulse.stop();
    expect(isOver).toBe(true);
    await sleep(30);
    expect(begun).toBe(1);
  });
});
