import { newUuid } from './new-uuid';

describe('a new UUID', () => {
  const made = Array.from({ length: 10_000 }, newUuid);

  it('is a random one of RFC 9562', () => {
    for (const uuid of made) {
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('is not made twice', () => {
    expect(new Set(made).size).toBe(made.length);
  });

  it('has each digit about as often as any other, wherever it may be any', () => {
    for (const place of [0, 7, 9, 12, 16, 17, 21, 24, 35]) {
      const counts = new Map<string, number>();
      for (const uuid of made) counts.set(uuid.charAt(place), (counts.get(uuid.charAt(place)) ?? 0) + 1);
      expect(counts.size).toBe(16);
      expect(Math.min(...counts.values())).toBeGreaterThan((made.length / 16) * 0.7);
    }
    const variants = made.map((uuid) => uuid.charAt(19));
    for (const digit of '89ab') {
      expect(variants.filter((one) => one === digit).length).toBeGreaterThan((made.length / 4) * 0.8);
    }
  });
});
