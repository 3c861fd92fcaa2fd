import { MemoryNonceStore } from './memory-nonce-store';

const START_MS = Date.UTC(2026, 0, 15, 12);
const TTL_MS = 610_000;
const SPAN_MS = 180_000;

describe('nonces in memory', () => {
  let nowMs = START_MS;
  const aStore = (capacity?: number) => new MemoryNonceStore(() => nowMs, capacity);
  beforeEach(() => {
    nowMs = START_MS;
  });

  it('are taken for as long as asked, and not much longer', () => {
    const store = aStore();
    expect(store.tryTake('n', TTL_MS)).toBe(true);
    for (const laterMs of [0, 1, 1_000, TTL_MS - 1]) {
      nowMs = START_MS + laterMs;
      expect(store.tryTake('n', TTL_MS)).toBe(false);
    }
    nowMs = START_MS + TTL_MS + SPAN_MS;
    expect(store.tryTake('n', TTL_MS)).toBe(true);
    expect(store.tryTake('n', TTL_MS)).toBe(false);
  });

  it('can be looked up without being taken', () => {
    const store = aStore();
    expect([store.has('n'), store.has('n'), store.tryTake('n', TTL_MS)]).toEqual([false, false, true]);
    expect([store.has('n'), store.has('other')]).toEqual([true, false]);
    nowMs += TTL_MS + SPAN_MS;
    expect([store.has('n'), store.tryTake('n', TTL_MS)]).toEqual([false, true]);
  });

  it('are taken however long each of them lasts', () => {
    const store = aStore();
    expect(store.tryTake('long', 10 * TTL_MS)).toBe(true);
    expect(store.tryTake('short', 1)).toBe(true);
    expect(store.tryTake('long', 1)).toBe(false);
    nowMs += 9 * TTL_MS;
    expect(store.tryTake('long', 1)).toBe(false);
    expect(store.tryTake('short', 1)).toBe(true);
  });

  it('stay taken when the clock is set back', () => {
    const store = aStore();
    store.tryTake('n', TTL_MS);
    nowMs -= 86_400_000;
    expect(store.tryTake('n', TTL_MS)).toBe(false);
    expect(store.tryTake('m', TTL_MS)).toBe(true);
    nowMs = START_MS + TTL_MS - 1;
    expect(store.tryTake('n', TTL_MS)).toBe(false);
    expect(store.tryTake('m', TTL_MS)).toBe(false);
  });

  it('are not forgotten in a flood: no more are taken, until some have ended', () => {
    const store = aStore(1_000);
    for (let i = 0; i < 1_000; i += 1) expect(store.tryTake(`n-${i}`, TTL_MS)).toBe(true);
    expect(() => store.tryTake('one more', TTL_MS)).toThrow('full');
    expect(store.tryTake('n-0', TTL_MS)).toBe(false);
    expect(store.tryTake('n-999', TTL_MS)).toBe(false);
    nowMs += TTL_MS + SPAN_MS;
    expect(store.tryTake('one more', TTL_MS)).toBe(true);
  });

  it('are told apart', () => {
    const store = aStore();
    for (let i = 0; i < 20_000; i += 1) {
      if (i % 100 === 0) nowMs += 10_000;
      if (!store.tryTake(`key-${i}`, TTL_MS)) throw new Error(`key-${i} was taken`);
    }
    for (let i = 19_000; i < 20_000; i += 1) expect(store.tryTake(`key-${i}`, TTL_MS)).toBe(false);
  });
});
