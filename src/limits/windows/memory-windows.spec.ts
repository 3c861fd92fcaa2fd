import { MemoryWindows } from './memory-windows';

const RULE = { limit: 2, windowMs: 1000 };

describe('windows in memory', () => {
  let nowMs = 0;
  let windows: MemoryWindows;
  beforeEach(() => {
    nowMs = Date.UTC(2026, 0, 15, 12);
    windows = new MemoryWindows(() => nowMs);
  });

  it('are one for each key', () => {
    for (const key of ['a', 'b']) {
      expect(windows.tryTake(key, RULE).remaining).toBe(1);
      expect(windows.tryTake(key, RULE).remaining).toBe(0);
      expect(windows.tryTake(key, RULE).isExceeded).toBe(true);
    }
  });

  it('are foreseen without being made or counted', () => {
    for (let i = 0; i < 3; i += 1)
      expect(windows.foresee('a', RULE)).toMatchObject({ isExceeded: false, remaining: 1 });
    expect(windows.size).toBe(0);
    windows.tryTake('a', RULE);
    windows.tryTake('a', RULE);
    expect(windows.foresee('a', RULE)).toMatchObject({ isExceeded: true });
  });

  it('go when nothing counts in them any more, by and by', () => {
    for (let i = 0; i < 100; i += 1) windows.tryTake(`client-${i}`, RULE);
    expect(windows.size).toBe(100);
    nowMs += 1000;
    for (let i = 0; i < 250; i += 1) {
      nowMs += 10;
      windows.tryTake('the only one left', RULE);
    }
    expect(windows.size).toBe(1);
  });

  it('stay while they count', () => {
    windows.tryTake('a', RULE);
    windows.tryTake('a', RULE);
    for (let i = 0; i < 100; i += 1) windows.tryTake(`client-${i}`, RULE);
    expect(windows.tryTake('a', RULE).isExceeded).toBe(true);
  });
});
