import { FailureBursts } from './failure-bursts';

const START = 1_800_000_000_000;

describe('failures of one address', () => {
  it('are a burst at the 20th within a minute, and again after 10 quiet minutes only', () => {
    const bursts = new FailureBursts();
    const note = (atMs: number) => bursts.note('192.0.2.1', atMs);
    const first = Array.from({ length: 60 }, (_, index) => note(START + index * 1000));
    expect(first.flatMap((isBurst, index) => (isBurst ? [index] : []))).toEqual([19]);
    const burstAtMs = START + 19_000;
    const later = Array.from({ length: 40 }, (_, index) => note(burstAtMs + 600_000 - 20_000 + index * 1000));
    expect(later.indexOf(true)).toBe(20);
    expect(later.filter(Boolean)).toHaveLength(1);
  });

  it('are none when they are spread over more than a minute', () => {
    const bursts = new FailureBursts();
    const noted = Array.from({ length: 100 }, (_, index) => bursts.note('192.0.2.1', START + index * 3200));
    expect(noted).not.toContain(true);
  });

  it('are counted for each address by itself', () => {
    const bursts = new FailureBursts();
    const noted = Array.from({ length: 38 }, (_, index) => bursts.note(`192.0.2.${index % 2}`, START + index));
    expect(noted).not.toContain(true);
    expect(bursts.note('192.0.2.0', START + 40)).toBe(true);
  });

  it('of a million addresses take the memory of ten thousand, and those that fail on stay known', () => {
    const bursts = new FailureBursts();
    for (let index = 0; index < 1_000_000; index += 1) {
      bursts.note(`address ${index}`, START);
      if (index % 5000 === 0 && index < 95_000) bursts.note('192.0.2.1', START);
    }
    expect(bursts.size).toBeLessThanOrEqual(10_000);
    for (let index = 0; index < 19; index += 1) bursts.note('192.0.2.2', START);
    expect(bursts.note('192.0.2.2', START)).toBe(true);
  });
});
