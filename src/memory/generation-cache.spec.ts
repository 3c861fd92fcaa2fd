import { GenerationCache } from './generation-cache';

describe('GenerationCache', () => {
  it('holds two generations of so many entries, and forgets the oldest', () => {
    const cache = new GenerationCache<number>({ entries: 3, weight: 1000 });
    for (let i = 0; i < 100; i += 1) {
      cache.remember(`k${i}`, i, 1);
      expect(cache.size).toBeLessThanOrEqual(6);
      expect(cache.find(`k${i}`)).toBe(i);
    }
    expect([cache.find('k96'), cache.find('k0')]).toEqual([96, undefined]);
  });

  it('holds two generations of so much weight', () => {
    const cache = new GenerationCache<number>({ entries: 1000, weight: 10 });
    for (let i = 0; i < 100; i += 1) cache.remember(`k${i}`, i, 5);
    expect(cache.size).toBeLessThanOrEqual(4);
    cache.remember('heavy', 1, 50);
    expect(cache.find('heavy')).toBe(1);
  });

  it('tells the younger of two values of a key', () => {
    const cache = new GenerationCache<number>({ entries: 1, weight: 10 });
    cache.remember('a', 1, 1);
    cache.remember('a', 2, 1);
    expect(cache.find('a')).toBe(2);
  });
});
