const WORDS = 4;
const SMALLEST = 1024;
const HIGHEST_LOAD = 0.7;

/** The 128 bits something is recognised by; the first word is never 0. */
export type Mark = Uint32Array;

/**
 * A set of marks in one flat table with open addressing: 16 bytes a slot and nothing for the garbage collector, where a
 * Set of texts takes ten times as much. Marks must be spread evenly, as digests are.
 */
export class MarkSet {
  private slots: Uint32Array;
  private mask: number;
  size = 0;

  constructor(expectedSize = 0) {
    this.mask = slotsFor(expectedSize) - 1;
    this.slots = new Uint32Array((this.mask + 1) * WORDS);
  }

  has(mark: Mark): boolean {
    return this.slots[this.find(mark)] !== 0;
  }

  /** Adds a mark that is not in the set yet. */
  add(mark: Mark): void {
    if (this.size >= (this.mask + 1) * HIGHEST_LOAD) this.grow();
    this.slots.set(mark, this.find(mark));
    this.size += 1;
  }

  /** Where a mark stands, or the free slot where it would. */
  private find(mark: Mark): number {
    const { slots, mask } = this;
    let slot = (mark[0] ?? 0) & mask;
    for (;;) {
      const at = slot * WORDS;
      if (slots[at] === 0 || isAt(slots, at, mark)) return at;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const { slots } = this;
    this.mask = this.mask * 2 + 1;
    this.slots = new Uint32Array(slots.length * 2);
    for (let at = 0; at < slots.length; at += WORDS) {
      if (slots[at] === 0) continue;
      const mark = slots.subarray(at, at + WORDS);
      this.slots.set(mark, this.find(mark));
    }
  }
}

function isAt(slots: Uint32Array, at: number, mark: Mark): boolean {
  return slots[at] === mark[0] && slots[at + 1] === mark[1] && slots[at + 2] === mark[2] && slots[at + 3] === mark[3];
}

function slotsFor(size: number): number {
  let slots = SMALLEST;
  while (size > slots * HIGHEST_LOAD) slots *= 2;
  return slots;
}
