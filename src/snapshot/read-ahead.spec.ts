import { readAhead } from './read-ahead';

describe('reading ahead', () => {
  it('asks for the next while one is used, and for no more than that', async () => {
    const asked: number[] = [];
    async function* source() {
      for (let page = 1; page <= 3; page += 1) {
        asked.push(page);
        yield page;
      }
    }
    const seen: [number, number[]][] = [];
    for await (const page of readAhead(source())) seen.push([page, [...asked]]);
    expect(seen).toEqual([
      [1, [1, 2]],
      [2, [1, 2, 3]],
      [3, [1, 2, 3]],
    ]);
  });

  it('tells of a fault when its turn comes, and not before', async () => {
    async function* source() {
      yield 1;
      throw new Error('gone');
    }
    const pages = readAhead(source());
    expect(await pages.next()).toEqual({ done: false, value: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    await expect(pages.next()).rejects.toThrow('gone');
  });
});
