import { FirstInHour } from './first-in-hour';

const START = 500_000 * 3_600_000;

describe('a key', () => {
  it('is found once in each hour, under a name of that hour', () => {
    const keys = new FirstInHour();
    expect(keys.find('a', START)).toBe('a:500000');
    expect(keys.find('a', START + 3_599_999)).toBeUndefined();
    expect(keys.find('b', START)).toBe('b:500000');
    expect(keys.find('a', START + 3_600_000)).toBe('a:500001');
  });

  it('of very many makes the memory forget the oldest', () => {
    const keys = new FirstInHour();
    for (let index = 0; index < 50_000; index += 1) keys.find(`key ${index}`, START);
    expect(keys.size).toBeLessThanOrEqual(10_000);
    expect(keys.find('key 49999', START)).toBeUndefined();
    expect(keys.find('key 0', START)).toBeDefined();
  });
});
